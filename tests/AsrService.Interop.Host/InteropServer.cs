using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.HealthCheck;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.Interop.Host;

/// <summary>Serves <see cref="InteropService"/> until standard input ends, so that no orphan outlives its test.</summary>
internal static class InteropServer
{
    public static async Task RunAsync(string certificatePath, string keyPath, string socketPath)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        await using var app = Build(certificate, socketPath);
        await app.StartAsync();

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        int PortOf(string scheme) => addresses
            .Where(text => text.StartsWith($"{scheme}://127.", StringComparison.Ordinal))
            .Select(text => new Uri(text).Port)
            .Single();
        Lines.Announce(new { h2c = PortOf("http"), tls = PortOf("https"), sees_compression = true });

        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    private static WebApplication Build(X509Certificate2 certificate, string socketPath)
    {
        var builder = WebApplication.CreateBuilder();
        // Standard output is for announcements.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            kestrel.ListenUnixSocket(socketPath, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<NamedCalls>();
        builder.Services.AddSingleton<HealthServiceImpl>();
        builder.Services.AddGrpc();
        builder.Services.AddGrpcReflection();

        var app = builder.Build();
        app.MapGrpcService<InteropService>();
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGrpcReflectionService();
        var health = app.Services.GetRequiredService<HealthServiceImpl>();
        health.SetStatus("", ServingStatus.Serving);
        health.SetStatus(TestService.Descriptor.FullName, ServingStatus.Serving);
        return app;
    }
}

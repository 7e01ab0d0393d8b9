using System.Net;
using AsrService.Rpc.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsrService.Cli.Tests.Service;

/// <summary>A service on a free port of loopback, or on a Unix socket, with a <see cref="FakeTranscriber"/> behind it.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeService(WebApplication app, string? socket)
    {
        _app = app;
        Address = socket is null ? app.Urls.First() : "unix:" + socket;
    }

    public string Address { get; }

    public FakeTranscriber Transcriber => _app.Services.GetRequiredService<FakeTranscriber>();

    public static async Task<FakeService> StartAsync(string? socket = null, HttpProtocols protocols = HttpProtocols.Http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseGrpcLimits();
            if (socket is null) kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
            else kestrel.ListenUnixSocket(socket, listen => listen.Protocols = protocols);
        });
        builder.Services.AddSingleton<FakeTranscriber>();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<FakeTranscriber>();
        await app.StartAsync();
        return new FakeService(app, socket);
    }

    /// <summary>Stops at once: calls under way break.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _app.DisposeAsync();
    }
}

using System.Net;
using System.Security.Cryptography.X509Certificates;
using AsrService.Rpc.Server;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Tests;

/// <summary>A server on a free port with the bytes service, health and reflection.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConnectionCounter _connections;
    private readonly List<GrpcChannel> _channels = [];

    private RpcServer(WebApplication app, string? socketPath, ConnectionCounter connections)
    {
        _app = app;
        _connections = connections;
        SocketPath = socketPath;
    }

    public BytesHandlers Handlers => _app.Services.GetRequiredService<BytesHandlers>();

    public HealthServiceImpl Health => _app.Services.GetRequiredService<HealthServiceImpl>();

    public int OpenConnections => _connections.Open;

    public RecordedLogs Logs => _app.Services.GetRequiredService<RecordedLogs>();

    public string Address => _app.Urls.First();

    public int Port => new Uri(Address).Port;

    public string? SocketPath { get; }

    public static async Task<RpcServer> StartAsync(
        Action<GrpcServiceOptions>? grpc = null,
        Action<IServiceCollection>? services = null,
        X509Certificate2? certificate = null,
        bool onUnixSocket = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var logs = new RecordedLogs();
        builder.Logging.AddProvider(logs);
        string? socketPath = onUnixSocket ? Path.Combine(Path.GetTempPath(), $"rpc-{Guid.NewGuid():N}.sock") : null;
        builder.WebHost.UseKestrelHttpsConfiguration();
        var connections = new ConnectionCounter();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseGrpcLimits();
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(connections.Count));
            if (socketPath is not null) kestrel.ListenUnixSocket(socketPath, listen => Configure(listen, certificate));
            else kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(listen, certificate));
        });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<BytesHandlers>();
        builder.Services.AddSingleton<HealthServiceImpl>();
        builder.Services.AddGrpc(grpc ?? (_ => { }));
        builder.Services.AddGrpcReflection();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapGrpcService<BytesService>();
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGrpcReflectionService();
        await app.StartAsync();
        return new RpcServer(app, socketPath, connections);
    }

    public GrpcChannel Channel(GrpcChannelOptions? options = null)
    {
        var channel = GrpcChannel.ForAddress(SocketPath is null ? Address : "unix:" + SocketPath, options ?? new());
        _channels.Add(channel);
        return channel;
    }

    public CallInvoker Client(GrpcChannelOptions? options = null) => Channel(options).CreateCallInvoker();

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private static void Configure(ListenOptions listen, X509Certificate2? certificate)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (certificate is null) return;
        listen.UseHttps(certificate, https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        });
    }
}

internal sealed class ConnectionCounter
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    public ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _open);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };
}

using AsrService.Hosting;
using AsrService.Server;
using AsrService.TestKit;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using AlignerClient = AsrService.Contracts.V1.Aligner.AlignerClient;

namespace AsrService.Aligner.Tests;

/// <summary>Where the aligner runs.</summary>
public enum Place
{
    /// <summary>In a service of its own.</summary>
    Alone,

    /// <summary>In the server.</summary>
    Hosted,
}

/// <summary>The service in this process on free ports, with the bundled models unless settings say otherwise, and a client.</summary>
internal sealed class AlignerServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AlignerServer(WebApplication app)
    {
        _app = app;
        Addresses = ServerAddresses.Of(app);
        Channel = GrpcChannel.ForAddress(
            Addresses.Grpc.OriginalString, new GrpcChannelOptions { MaxSendMessageSize = null, MaxReceiveMessageSize = null });
        Client = new AlignerClient(Channel);
    }

    public ServerAddresses Addresses { get; }

    public GrpcChannel Channel { get; }

    public AlignerClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<AlignerServer> StartAsync(Place place, params string[] settings) => StartAsync(place, _ => { }, settings);

    /// <summary>Puts other services into an aligner of its own.</summary>
    public static async Task<AlignerServer> StartAsync(Place place, Action<IServiceCollection> configure, params string[] settings)
    {
        string[] args =
        [
            .. ServiceProcess.FreePorts,
            .. settings.Select(setting => "--" + setting),
        ];
        var app = place == Place.Hosted ? ServerApplication.Create(args) : AlignerApplication.Create(args, configure);
        await app.StartAsync();
        await app.Services.GetRequiredService<IModelHost>().Engine.Ready;
        return new AlignerServer(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

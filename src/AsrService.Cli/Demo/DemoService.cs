using AsrService.Hosting;
using AsrService.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Cli.Demo;

/// <summary>A service of this process on free ports of loopback, with the bundled model.</summary>
internal sealed class DemoService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DemoService(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public ServerAddresses Addresses => ServerAddresses.Of(_app);

    /// <summary>What it recognizes with.</summary>
    public ServedModel Model => _app.Services.GetRequiredService<EngineHost>().Model;

    /// <summary>
    /// Starts it; it says nothing, for its log would run through the captions, and a Ctrl-C is for whoever streams to it:
    /// the streams want their last finals first.
    /// </summary>
    /// <param name="model">Folder of the model.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<DemoService> StartAsync(string model, CancellationToken cancellation)
    {
        var app = ServerApplication.CreateGuest(
        [
            "--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0",
            "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0",
            "--Logging:Console:LogLevel:Default=None",
            $"--model={model}",
        ]);
        try
        {
            await app.StartAsync(cancellation);
            var service = new DemoService(app);
            await service.Model.Engine.Ready.WaitAsync(cancellation); // else the first partials would wait for the warm-up
            return service;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

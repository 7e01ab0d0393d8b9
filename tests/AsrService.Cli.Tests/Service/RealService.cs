using AsrService.Cli.Demo;
using AsrService.TestKit;

namespace AsrService.Cli.Tests.Service;

/// <summary>The service itself on free ports of loopback, with the bundled model.</summary>
internal sealed class RealService : IAsyncDisposable
{
    private readonly DemoService _service;

    private RealService(DemoService service) => _service = service;

    public string Address => _service.Addresses.Grpc.OriginalString;

    public static async Task<RealService> StartAsync() =>
        new(await DemoService.StartAsync(Path.Combine(RepositoryPaths.Root, "models", "demo-asr"), CancellationToken.None));

    public ValueTask DisposeAsync() => _service.DisposeAsync();
}

using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Recordings;
using Grpc.Net.Client;

namespace AsrService.EndToEnd.Tests.Service;

/// <summary>The service of a test class, with a client of each runtime; at its end the log is looked through.</summary>
public abstract class ServiceFixture(params string[] settings) : IAsyncLifetime
{
    private readonly Dictionary<Runtime, ForeignClient> _clients = [];
    private GrpcChannel? _channel;

    internal ServiceProcess Process { get; private set; } = null!;

    internal ClipFiles Clips { get; } = new();

    /// <summary>What our own client hears.</summary>
    internal ReferenceResults Reference { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await ServiceProcess.StartAsync(settings);
        _channel = GrpcChannel.ForAddress($"http://{Process.Grpc}");
        Reference = new ReferenceResults(_channel);
    }

    /// <summary>The client of a runtime; the test is skipped where it is not installed.</summary>
    internal ForeignClient Client(Runtime runtime)
    {
        lock (_clients)
        {
            if (_clients.TryGetValue(runtime, out var client)) return client;
            return _clients[runtime] = new ForeignClient(runtime);
        }
    }

    internal Task<CallOutcome> RunAsync(Runtime runtime, CallScript script) => Client(runtime).RunAsync(Process.Grpc, script);

    internal Task<ForeignCall> StartAsync(Runtime runtime, CallScript script) => Client(runtime).StartAsync(Process.Grpc, script);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var client in _clients.Values) await client.DisposeAsync();
        _channel?.Dispose();
        await Process.TerminateAsync();
        int status = await Process.EndAsync();
        await Process.DisposeAsync();
        Clips.Dispose();

        Assert.Equal(0, status);
        ServiceLog.AssertClean(Process.Log, Reference.Texts);
    }
}

/// <summary>The service without any configuration but its ports.</summary>
public sealed class DefaultService() : ServiceFixture;

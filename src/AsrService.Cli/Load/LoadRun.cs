using AsrService.Contracts.V1;
using AsrService.Cli.Service;
using Grpc.Core;

namespace AsrService.Cli.Load;

/// <summary>Streams side by side to a service.</summary>
/// <param name="address">Of the service.</param>
/// <param name="access">What it is told of the caller.</param>
/// <param name="plan">How many, and what.</param>
/// <param name="tape">The audio.</param>
internal sealed class LoadRun(string address, ServiceAccess access, LoadPlan plan, LoadTape tape) : IDisposable
{
    private const int StreamsPerConnection = 16;

    private readonly ServiceConnection[] _connections = [.. Enumerable
        .Range(0, (plan.Streams + StreamsPerConnection - 1) / StreamsPerConnection)
        .Select(_ => ServerAddress.Connect(address, access))];
    private readonly FinalsLedger?[] _ledgers =
        [.. Enumerable.Range(0, plan.Streams).Select(_ => plan.IsVerified ? new FinalsLedger() : null)];

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    /// <summary>The model that will answer; also tells whether anybody does.</summary>
    /// <exception cref="RpcException">Nobody does.</exception>
    public async Task<ModelInfo> FindModelAsync(CancellationToken cancellation)
    {
        var capabilities = await ServiceOf(0).GetCapabilitiesAsync(
            new GetCapabilitiesRequest(), new CallOptions(cancellationToken: cancellation));
        return capabilities.Models.FirstOrDefault() ?? new ModelInfo();
    }

    /// <summary>Runs all streams to their end, or until stopped.</summary>
    public async Task<IReadOnlyList<StreamOutcome>> RunAsync(CancellationToken stop)
    {
        var phases = new LoadPhases(TimeProvider.System, plan.Stagger, plan.Length);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, plan.Streams).Select(stream => RunStreamAsync(stream, phases, stop)));
        return [.. outcomes.OfType<StreamOutcome>()];
    }

    /// <summary>Plays the same audio again, one stream at a time and without partials, and compares the finals.</summary>
    /// <exception cref="RpcException">One of these streams failed.</exception>
    public async Task<FinalsDifference> VerifyAsync(CancellationToken cancellation)
    {
        var sum = default(FinalsDifference);
        var phases = new LoadPhases(TimeProvider.System, TimeSpan.Zero, TimeSpan.Zero);
        for (int stream = 0; stream < plan.Streams; stream++)
        {
            var expected = new FinalsLedger();
            var outcome = await plan.StreamAt(tape, stream).RunAsync(
                ServiceOf(stream), pace: 0, hasPartials: false, phases, expected, cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (outcome.Failure is not null) throw outcome.Failure;
            sum += _ledgers[stream]!.CompareTo(expected);
        }

        return sum;
    }

    private async Task<StreamOutcome?> RunStreamAsync(int stream, LoadPhases phases, CancellationToken stop)
    {
        try
        {
            await Task.Delay(phases.UntilStart(stream, plan.Streams), TimeProvider.System, stop);
        }
        catch (OperationCanceledException)
        {
            return null; // stopped before it began
        }

        return await plan.StreamAt(tape, stream).RunAsync(
            ServiceOf(stream), plan.Pace, hasPartials: true, phases, _ledgers[stream], stop);
    }

    private Transcriber.TranscriberClient ServiceOf(int stream) => _connections[stream / StreamsPerConnection].Transcriber;
}

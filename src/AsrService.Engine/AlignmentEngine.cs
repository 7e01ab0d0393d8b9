using AsrService.Engine.Alignment;
using AsrService.Engine.Batching;
using AsrService.Engine.Diagnostics;

namespace AsrService.Engine;

/// <summary>An aligner on a batch loop of its own, for a process that recognizes nothing.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class AlignmentEngine : IEngine, IAsyncDisposable
{
    private readonly ForcedAligner _model;
    private readonly AlignerMetrics _metrics;
    private readonly EngineThread _thread;
    private int _isDisposed;

    /// <summary>Starts the loop on a thread of its own, with a warm-up of the model first.</summary>
    /// <param name="aligner">Owned from here on.</param>
    /// <param name="options">Null for the defaults; what concerns recognition is not used.</param>
    /// <param name="time">The clock of heartbeats and budgets; null for the system's.</param>
    /// <param name="meterScope">Who hosts it, for listeners that listen to one engine of several; null for nobody.</param>
    /// <exception cref="AsrException">An option is out of its range.</exception>
    public AlignmentEngine(ForcedAligner aligner, EngineOptions? options = null, TimeProvider? time = null, object? meterScope = null)
    {
        options ??= new EngineOptions();
        options.Check();
        time ??= TimeProvider.System;
        _model = aligner;
        _metrics = new AlignerMetrics(aligner.Runner.Name, time, meterScope);
        var clock = new StepClock(options.StepBudget, time);
        var loop = new BatchLoop(clock, new ModelLane(aligner.Runner, clock, _metrics));
        _thread = new EngineThread(loop, () => WarmUp.Run(aligner), time);
        Aligner = new EngineAligner(aligner, _thread, options, time, _metrics);
        _metrics.Watch(() => Health, () => Ready.IsCompletedSuccessfully, aligner.Runner.FreeKvBlocks);
        _thread.Start();
    }

    /// <summary>The aligner.</summary>
    public EngineAligner Aligner { get; }

    /// <inheritdoc/>
    public EngineHealth Health => new(0, 0, _thread.HasWork, _thread.SinceHeartbeat, _thread.Fault);

    /// <inheritdoc/>
    public Task Ready => _thread.Ready;

    /// <summary>Completes when all that was there to be done before the call is done; for tests that own the clock.</summary>
    internal Task WhenIdleAsync() => _thread.WhenIdleAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _thread.DisposeAsync();
        _model.Dispose();
        _metrics.Dispose();
    }
}

namespace AsrService.Engine.Diagnostics;

/// <content>The figures that are asked for without a listener.</content>
public sealed partial class EngineMetrics
{
    private long _transcribedTicks, _faultCount, _violatedByPartials;

    /// <summary>The load now, and the sums since the beginning.</summary>
    internal EngineStats Stats()
    {
        var live = LiveLoads().ToArray();
        var intervals = live.SelectMany(load => load.Intervals).ToArray();
        return new EngineStats(
            live.Sum(load => load.SpeakingChannels),
            _loads.Keys.Count(load => load.Mode == SessionLoad.File),
            intervals.Length == 0 ? null : TimeSpan.FromSeconds(intervals.Average()),
            Level(),
            _gauges.KvUsage,
            TimeSpan.FromTicks(Interlocked.Read(ref _transcribedTicks)),
            Interlocked.Read(ref _faultCount),
            Interlocked.Read(ref _violatedByPartials));
    }

    /// <summary>A session or recording has ended with a fault; counted if it is ours.</summary>
    internal void Failed(string mode, AsrException fault)
    {
        bool isOurs = fault.Failure == AsrFailure.ModelFault || fault is { Failure: AsrFailure.Stopping, InnerException: not null };
        if (!isOurs) return;
        Interlocked.Increment(ref _faultCount);
        _faults.Add(1, _model, new("mode", mode));
    }
}

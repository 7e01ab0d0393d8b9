using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AsrService.Engine.Diagnostics;

public sealed partial class EngineMetrics
{
    /// <summary>How long a skipped refresh point or a refusal counts as the state of the engine.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    private static readonly string[] Stages = ["admission", "encoder", "prefill", "decode"];

    private readonly ConcurrentDictionary<SessionLoad, bool> _loads = new();
    private readonly ModelGauges _gauges;
    private readonly int[] _pending = new int[Stages.Length];
    private long _lastRefusal;

    /// <summary>A session or recording has begun.</summary>
    internal SessionLoad Opened(string mode, int channels)
    {
        var load = new SessionLoad(mode, channels, Stopwatch.GetTimestamp());
        _loads.TryAdd(load, true);
        return load;
    }

    /// <summary>A session or recording has ended. By the system's clock: the engine's may be what broke.</summary>
    internal void Closed(SessionLoad load)
    {
        if (_loads.TryRemove(load, out _))
            _duration.Record(Stopwatch.GetElapsedTime(load.Opened).TotalSeconds, new KeyValuePair<string, object?>("mode", load.Mode));
    }

    /// <summary>A session found no free place.</summary>
    internal void Refused() => Volatile.Write(ref _lastRefusal, _time.GetTimestamp());

    void IStageMetrics.StepDone(int waiting, int encoder, int prefill, int decode, int freeBlocks)
    {
        Volatile.Write(ref _pending[0], waiting);
        Volatile.Write(ref _pending[1], encoder);
        Volatile.Write(ref _pending[2], prefill);
        Volatile.Write(ref _pending[3], decode);
        _gauges.FreeBlocks = freeBlocks;
    }

    /// <summary>Adds the gauges of an engine, which are read when somebody asks for them.</summary>
    /// <param name="health">How it is.</param>
    /// <param name="isReady">Whether it has been warmed up.</param>
    /// <param name="kvBlocks">KV blocks that there are; all free now.</param>
    internal void Watch(Func<EngineHealth> health, Func<bool> isReady, int kvBlocks)
    {
        _gauges.Watch(health, isReady, kvBlocks);
        _stages.Watch(Stages, _pending);
        _meter.CreateObservableGauge("asr.sessions.active", Sessions, "{session}", "Sessions and recordings under way.");
        _gauges.Add("asr.channels.active", "{channel}", "Live channels admitted.", () => health().Channels);
        _gauges.Add("asr.channels.capacity", "{channel}", "Live channels admitted at most.", () => health().ChannelCapacity);
        WatchLoad();
    }

    private void WatchLoad()
    {
        _gauges.Add(
            "asr.sessions.speaking", "{session}", "Live sessions in which the detector hears speech now.",
            () => LiveLoads().Count(load => load.IsSpeaking));
        _gauges.Add(
            "asr.audio.buffered", "s", "Audio of live sessions received and not yet processed, all channels together.",
            () => LiveLoads().Sum(load => load.Buffered) / 16_000.0);
        _gauges.Add(
            "asr.partial.interval", "s", "Audio from one refresh taken to the next, recent ones counting most; 0 before the first.",
            () => Volatile.Read(ref _interval));
        _gauges.Add(
            "asr.degradation.level", "{level}",
            "0 none; 1 refresh points were skipped, 2 sessions refused for want of a place, in the last 10 s.", () => (int)Level());
    }

    private IEnumerable<SessionLoad> LiveLoads() => _loads.Keys.Where(load => load.Mode == SessionLoad.Live);

    private IEnumerable<Measurement<int>> Sessions()
    {
        foreach (string mode in SessionLoad.Modes)
            yield return new Measurement<int>(_loads.Keys.Count(load => load.Mode == mode), new("mode", mode), _model);
    }

    private EngineDegradation Level() => IsRecent(ref _lastRefusal) ? EngineDegradation.Refusing
        : IsRecent(ref _lastSkip) ? EngineDegradation.Skipping : EngineDegradation.None;

    private bool IsRecent(ref long timestamp) => Volatile.Read(ref timestamp) is not 0 and var at && _time.GetElapsedTime(at) < Recent;
}

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
    private readonly int[] _pending = new int[Stages.Length];
    private int _freeBlocks, _allBlocks;
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

    /// <summary>What is left to do after a step, by stage, and the KV blocks that are free.</summary>
    internal void StepDone(int waiting, int encoder, int prefill, int decode, int freeBlocks)
    {
        Volatile.Write(ref _pending[0], waiting);
        Volatile.Write(ref _pending[1], encoder);
        Volatile.Write(ref _pending[2], prefill);
        Volatile.Write(ref _pending[3], decode);
        Volatile.Write(ref _freeBlocks, freeBlocks);
    }

    /// <summary>Adds the gauges of an engine, which are read when somebody asks for them.</summary>
    /// <param name="health">How it is.</param>
    /// <param name="isReady">Whether it has been warmed up.</param>
    /// <param name="kvBlocks">KV blocks that there are; all free now.</param>
    internal void Watch(Func<EngineHealth> health, Func<bool> isReady, int kvBlocks)
    {
        _allBlocks = _freeBlocks = kvBlocks;
        _meter.CreateObservableGauge("asr.sessions.active", Sessions, "{session}", "Sessions and recordings under way.");
        Gauge("asr.channels.active", "{channel}", "Live channels admitted.", () => health().Channels);
        Gauge("asr.channels.capacity", "{channel}", "Live channels admitted at most.", () => health().ChannelCapacity);
        Gauge("asr.kv.cache.usage", "1", "Share of the KV cache's blocks in use.", KvUsage);
        Gauge(
            "asr.engine.up", "{engine}", "1 while the engine is warmed up and its loop runs and is not stuck.",
            () => isReady() && !health().IsStuck ? 1 : 0);
        Gauge(
            "asr.batch.loop.last.tick.timestamp", "s",
            "Unix time of the loop's last heartbeat; the time of asking while it has nothing to do.", () => LastTick(health()));
        WatchLoad();
    }

    private void WatchLoad()
    {
        Gauge(
            "asr.sessions.speaking", "{session}", "Live sessions in which the detector hears speech now.",
            () => LiveLoads().Count(load => load.IsSpeaking));
        Gauge(
            "asr.audio.buffered", "s", "Audio of live sessions received and not yet processed, all channels together.",
            () => LiveLoads().Sum(load => load.Buffered) / 16_000.0);
        Gauge(
            "asr.partial.interval", "s", "Audio from one refresh taken to the next, recent ones counting most; 0 before the first.",
            () => Volatile.Read(ref _interval));
        Gauge(
            "asr.degradation.level", "{level}",
            "0 none; 1 refresh points were skipped, 2 sessions refused for want of a place, in the last 10 s.", () => (int)Level());
        _meter.CreateObservableGauge(
            "asr.pending.requests", Pending, "{request}", "Decodings that wait for a stage, or are in it, after the newest step.");
    }

    private double KvUsage() => _allBlocks == 0 ? 0 : 1 - (double)Volatile.Read(ref _freeBlocks) / _allBlocks;

    private IEnumerable<SessionLoad> LiveLoads() => _loads.Keys.Where(load => load.Mode == SessionLoad.Live);

    private IEnumerable<Measurement<int>> Sessions()
    {
        foreach (string mode in SessionLoad.Modes)
            yield return new Measurement<int>(_loads.Keys.Count(load => load.Mode == mode), new("mode", mode), _model);
    }

    private IEnumerable<Measurement<int>> Pending()
    {
        for (int i = 0; i < Stages.Length; i++)
            yield return new Measurement<int>(Volatile.Read(ref _pending[i]), new KeyValuePair<string, object?>("stage", Stages[i]));
    }

    private EngineDegradation Level() => IsRecent(ref _lastRefusal) ? EngineDegradation.Refusing
        : IsRecent(ref _lastSkip) ? EngineDegradation.Skipping : EngineDegradation.None;

    private bool IsRecent(ref long timestamp) => Volatile.Read(ref timestamp) is not 0 and var at && _time.GetElapsedTime(at) < Recent;

    private double LastTick(EngineHealth health)
    {
        var at = _time.GetUtcNow() - (health.HasWork || health.Fault is not null ? health.SinceHeartbeat : TimeSpan.Zero);
        return at.ToUnixTimeMilliseconds() / 1000.0;
    }

    private void Gauge(string name, string unit, string description, Func<double> value) =>
        _meter.CreateObservableGauge(name, () => new Measurement<double>(value(), _model), unit, description);
}

using System.Diagnostics.Metrics;

namespace AsrService.Engine.Diagnostics;

/// <summary>The gauges that every model has, and that are read when somebody asks for them.</summary>
internal sealed class ModelGauges(Meter meter, TimeProvider time, KeyValuePair<string, object?> model)
{
    private int _freeBlocks, _allBlocks;

    /// <summary>KV blocks that are free.</summary>
    public int FreeBlocks
    {
        set => Volatile.Write(ref _freeBlocks, value);
    }

    /// <param name="health">How the engine is.</param>
    /// <param name="isReady">Whether it has been warmed up.</param>
    /// <param name="kvBlocks">KV blocks that there are; all free now.</param>
    public void Watch(Func<EngineHealth> health, Func<bool> isReady, int kvBlocks)
    {
        _allBlocks = _freeBlocks = kvBlocks;
        Add("asr.kv.cache.usage", "1", "Share of the KV cache's blocks in use.", () => KvUsage);
        Add(
            "asr.engine.up", "{engine}", "1 while the engine is warmed up and its loop runs and is not stuck.",
            () => isReady() && !health().IsStuck ? 1 : 0);
        Add(
            "asr.batch.loop.last.tick.timestamp", "s",
            "Unix time of the loop's last heartbeat; the time of asking while it has nothing to do.", () => LastTick(health()));
    }

    public void Add(string name, string unit, string description, Func<double> value) =>
        meter.CreateObservableGauge(name, () => new Measurement<double>(value(), model), unit, description);

    /// <summary>Share of the KV cache's blocks in use.</summary>
    public double KvUsage => _allBlocks == 0 ? 0 : 1 - (double)Volatile.Read(ref _freeBlocks) / _allBlocks;

    private double LastTick(EngineHealth health)
    {
        var at = time.GetUtcNow() - (health.HasWork || health.Fault is not null ? health.SinceHeartbeat : TimeSpan.Zero);
        return at.ToUnixTimeMilliseconds() / 1000.0;
    }
}

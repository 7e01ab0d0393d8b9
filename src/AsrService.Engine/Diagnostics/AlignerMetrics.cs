using System.Diagnostics.Metrics;

namespace AsrService.Engine.Diagnostics;

/// <summary>What an aligner counts and times, as instruments of the meter <c>Asr.Aligner</c>. Holds nobody's words.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class AlignerMetrics : IStageMetrics, IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Asr.Aligner";

    private static readonly string[] Stages = ["align"];

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _model;
    private readonly StageInstruments _stages;
    private readonly ModelGauges _gauges;
    private readonly Counter<long> _repaired, _stretched, _failures;
    private readonly int[] _pending = new int[Stages.Length];

    /// <summary>Instruments for one aligner.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="time">Clock of the heartbeat.</param>
    /// <param name="scope">Of the meter: who hosts the aligner; null for nobody.</param>
    internal AlignerMetrics(string model, TimeProvider time, object? scope)
    {
        _meter = new Meter(MeterName, version: null, tags: null, scope);
        _model = new("model", model);
        _stages = new StageInstruments(_meter);
        _gauges = new ModelGauges(_meter, time, _model);
        _repaired = _meter.CreateCounter<long>(
            "asr.alignment.repaired.words", "{word}",
            "Units with a time that is not the model's: out of order, without length, or behind the clip.");
        _failures = _meter.CreateCounter<long>("asr.alignment.failures", "{alignment}", "Texts that got no times, by reason.");
        _stretched = _meter.CreateCounter<long>(
            "asr.alignment.stretched.words", "{word}", "Units that had no length, or nearly none, and were given some by the second pass.");
        _repaired.Add(0, _model);
        _stretched.Add(0, _model);
        foreach (var failure in Enum.GetValues<AsrFailure>())
        {
            if (ReasonOf(failure) is { } reason) _failures.Add(0, _model, new("reason", reason));
        }
    }

    /// <summary>A text has got its times.</summary>
    internal void Aligned(int repairedUnits, int stretchedUnits)
    {
        if (repairedUnits > 0) _repaired.Add(repairedUnits, _model);
        if (stretchedUnits > 0) _stretched.Add(stretchedUnits, _model);
    }

    /// <summary>A text was refused, or its alignment failed.</summary>
    internal void Failed(AsrFailure failure) => _failures.Add(1, _model, new("reason", ReasonOf(failure) ?? "other"));

    /// <summary>Adds the gauges.</summary>
    internal void Watch(Func<EngineHealth> health, Func<bool> isReady, int kvBlocks)
    {
        _gauges.Watch(health, isReady, kvBlocks);
        _stages.Watch(Stages, _pending);
    }

    void IStageMetrics.Begun(TimeSpan wait) => _stages.Waited(Stages[0], wait);

    void IStageMetrics.Waited(ModelStage stage, TimeSpan wait)
    {
        // An alignment is one pass: it waits once, until the loop begins it.
    }

    void IStageMetrics.StageRun(ModelStage stage, int sequences, TimeSpan elapsed) => _stages.Ran(Stages[0], sequences, elapsed);

    void IStageMetrics.StepDone(int waiting, int encoder, int prefill, int decode, int freeBlocks)
    {
        Volatile.Write(ref _pending[0], waiting + encoder + prefill);
        _gauges.FreeBlocks = freeBlocks;
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>Null for what does not happen to an alignment.</summary>
    private static string? ReasonOf(AsrFailure failure) => failure switch
    {
        AsrFailure.InvalidOptions => "bad_value",
        AsrFailure.InvalidAudio => "audio_decode",
        AsrFailure.StreamLimitReached => "server_full",
        AsrFailure.ModelFault => "engine_fault",
        AsrFailure.Stopping => "draining",
        _ => null,
    };
}

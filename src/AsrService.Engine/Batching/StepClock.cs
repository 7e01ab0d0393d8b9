namespace AsrService.Engine.Batching;

/// <summary>The time of a step, which all models of the loop share.</summary>
/// <param name="budget">What a step aims at.</param>
/// <param name="time">The clock.</param>
internal sealed class StepClock(TimeSpan budget, TimeProvider time)
{
    private TimeSpan _decodeStep;

    public TimeProvider Time => time;

    public TimeSpan Budget => budget;

    /// <summary>Timestamp at which the step began; ranks are those of this moment.</summary>
    public long Began { get; private set; }

    /// <summary>What a step has for encoders and prompts: everybody who decodes gets his token in any case.</summary>
    public TimeSpan Whole => budget - _decodeStep;

    /// <summary>What is left of it.</summary>
    public TimeSpan Left => Whole - time.GetElapsedTime(Began);

    public void Begin() => Began = time.GetTimestamp();

    public void Decoded(TimeSpan elapsed) =>
        _decodeStep = _decodeStep == TimeSpan.Zero ? elapsed : _decodeStep * 0.8 + elapsed * 0.2;
}

namespace AsrService.Engine.Sessions;

/// <summary>Places at 16 kHz as time.</summary>
internal static class SampleTime
{
    /// <summary>Ticks of a sample: exact, so times do not drift.</summary>
    public const long Ticks = TimeSpan.TicksPerSecond / 16_000;

    public static TimeSpan Of(long sample) => TimeSpan.FromTicks(sample * Ticks);
}

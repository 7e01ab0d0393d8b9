using Google.Protobuf.WellKnownTypes;

namespace AsrService.Client;

/// <summary>Time in sample frames of one rate, and back.</summary>
internal readonly struct FrameClock(int sampleRate)
{
    private const long NanosPerSecond = 1_000_000_000;

    /// <summary>Rounded down to 100 ns.</summary>
    public TimeSpan TimeOf(long frames) => TimeSpan.FromTicks((long)((Int128)frames * TimeSpan.TicksPerSecond / sampleRate));

    /// <summary>Whole frames in a time.</summary>
    public long FramesIn(TimeSpan time) => (long)((Int128)time.Ticks * sampleRate / TimeSpan.TicksPerSecond);

    /// <summary>The first frame at or after a time.</summary>
    public long FrameAt(TimeSpan time) =>
        (long)((((Int128)time.Ticks * sampleRate) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);

    /// <summary>Whether a frame begins before a time.</summary>
    public bool IsBefore(long frame, TimeSpan time) => (Int128)frame * TimeSpan.TicksPerSecond < (Int128)time.Ticks * sampleRate;

    /// <summary>The shortest duration that stands for so many frames.</summary>
    public Duration DurationOf(long frames)
    {
        long nanos = ((frames * NanosPerSecond) + sampleRate - 1) / sampleRate; // the server rounds frames down
        return new Duration { Seconds = nanos / NanosPerSecond, Nanos = (int)(nanos % NanosPerSecond) };
    }
}

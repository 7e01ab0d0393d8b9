using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Hosting;

/// <summary>Durations as callers write them, to the nanosecond: a limit is compared exactly, samples are rounded down.</summary>
internal static class ExactDuration
{
    private const int NanosPerSecond = 1_000_000_000;
    private const long MaxSeconds = 315_576_000_000; // of google.protobuf.Duration

    /// <summary>Nanoseconds; null where the message is not a Duration at all.</summary>
    public static Int128? Nanos(Duration duration)
    {
        bool isInRange = Int128.Abs(duration.Seconds) <= MaxSeconds && Math.Abs((long)duration.Nanos) < NanosPerSecond;
        bool hasOneSign = duration.Seconds == 0 || duration.Nanos == 0 || duration.Seconds > 0 == duration.Nanos > 0;
        return isInRange && hasOneSign ? ((Int128)duration.Seconds * NanosPerSecond) + duration.Nanos : null;
    }

    /// <summary>The duration if it lies in a range, else the default and a violation; the default too where it is absent.</summary>
    public static TimeSpan Read(
        Duration? duration, TimeSpan least, TimeSpan most, TimeSpan absent, Violations.Field field)
    {
        if (duration is null) return absent;
        if (Nanos(duration) is { } nanos && nanos >= least.Ticks * (Int128)100 && nanos <= most.Ticks * (Int128)100)
            return TimeSpan.FromTicks((long)(nanos / 100));

        field.Refuse($"{Text(duration)} is not in {Text(least)} to {Text(most)}.");
        return absent;
    }

    /// <summary>Whole sample frames in a duration that is not negative.</summary>
    public static long Frames(Int128 nanos, int sampleRate) => (long)(nanos * sampleRate / NanosPerSecond);

    /// <summary>How long sample frames are, rounded down to 100 ns.</summary>
    public static TimeSpan OfFrames(long frames, int sampleRate) =>
        TimeSpan.FromTicks((long)((Int128)frames * TimeSpan.TicksPerSecond / sampleRate));

    /// <summary>For messages, as <c>1.5 s</c>.</summary>
    public static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture) + " s";

    /// <inheritdoc cref="Text(TimeSpan)"/>
    public static string Text(Duration duration) => Nanos(duration) is { } nanos
        ? ((decimal)nanos / NanosPerSecond).ToString("0.#########", CultureInfo.InvariantCulture) + " s"
        : FormattableString.Invariant($"{duration.Seconds} s and {duration.Nanos} ns");
}

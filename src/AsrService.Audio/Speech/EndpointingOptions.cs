namespace AsrService.Audio;

/// <summary>Who decides that a segment is over.</summary>
public enum EndpointingMode
{
    /// <summary>Silence, a finalize, the longest segment or the end of the audio.</summary>
    Server,

    /// <summary>A finalize, the longest segment or the end of the audio; silence ends nothing.</summary>
    Client,
}

/// <summary>When a segment is over; a function of the samples alone.</summary>
public sealed record EndpointingOptions
{
    /// <summary>Who decides.</summary>
    /// <value>Default <see cref="EndpointingMode.Server"/>.</value>
    public EndpointingMode Mode { get; init; }

    /// <summary>Silence after speech that ends a segment; rounded down to 10 ms.</summary>
    /// <value>100 ms to 5 s. Default 500 ms.</value>
    public TimeSpan MinSilence { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest segment; longer speech is cut at the quietest 100 ms of the 5 s before.</summary>
    /// <value>10 s to 30 s. Default 30 s.</value>
    public TimeSpan MaxSegment { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Audio kept before the first sound of a segment; rounded down to 10 ms.</summary>
    /// <value>0 to 500 ms. Default 200 ms.</value>
    public TimeSpan SpeechPad { get; init; } = TimeSpan.FromMilliseconds(200);

    internal int MinSilenceHops => Hops(MinSilence);

    internal int SpeechPadSamples => Hops(SpeechPad) * SpeechBands.Hop;

    internal int MaxSegmentSamples => (int)(MaxSegment.Ticks / (TimeSpan.TicksPerSecond / Resampler.OutputRate));

    /// <summary>Checks every value against its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside; the message has its name, value and
    /// limits.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Mode))
            throw new ArgumentOutOfRangeException(nameof(Mode), Mode, "Mode is neither Server nor Client.");
        Check(MinSilence, 100, 5_000, nameof(MinSilence));
        Check(MaxSegment, 10_000, 30_000, nameof(MaxSegment));
        Check(SpeechPad, 0, 500, nameof(SpeechPad));
    }

    private static int Hops(TimeSpan time) => (int)(time.Ticks / (10 * TimeSpan.TicksPerMillisecond));

    private static void Check(TimeSpan value, int least, int most, string name)
    {
        if (value < TimeSpan.FromMilliseconds(least) || value > TimeSpan.FromMilliseconds(most))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is not in {least} to {most} ms.");
    }
}

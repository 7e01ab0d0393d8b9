namespace AsrService.Audio;

/// <summary>
/// Where a segmenter stood at a place in the samples. Another one that hears the samples from <see cref="First"/> on
/// decides what the first one decided after that place. Places are sample indices at 16 kHz.
/// </summary>
internal sealed record SegmenterState
{
    /// <summary>Where the detector's state is from: a multiple of 200 ms.</summary>
    public long DetectorAt { get; init; }

    /// <summary>The detector's state; empty where nothing was heard yet.</summary>
    public byte[] Detector { get; init; } = [];

    /// <summary>All that came before was decided; what is heard from here on is decided anew.</summary>
    public long At { get; init; }

    /// <summary>First sample needed: for the detector, and for the next segment to begin with.</summary>
    public long First { get; init; }

    /// <summary>End of the segment before.</summary>
    public long LastEnd { get; init; }

    /// <summary>Whether speech was going on.</summary>
    public bool InSpeech { get; init; }

    /// <summary>End of the last hop with speech.</summary>
    public long SpeechEnd { get; init; }

    /// <summary>Start of the segment that a forced cut opened; null where none is open.</summary>
    public long? Open { get; init; }
}

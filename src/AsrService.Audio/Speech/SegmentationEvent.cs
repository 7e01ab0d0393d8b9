namespace AsrService.Audio;

/// <summary>What happened.</summary>
public enum SegmentationEventKind
{
    /// <summary>Speech began, after silence or at the start.</summary>
    SpeechBegan,

    /// <summary>A segment began; it is open until <see cref="SegmentEnded"/>.</summary>
    SegmentBegan,

    /// <summary>Speech ended: silence has followed for the least time that counts.</summary>
    SpeechEnded,

    /// <summary>The open segment ended.</summary>
    SegmentEnded,
}

/// <summary>Why a segment ended.</summary>
public enum SegmentEndReason
{
    /// <summary>It did not: the event is of another kind.</summary>
    None,

    /// <summary>Silence.</summary>
    Endpoint,

    /// <summary>It was as long as segments may be; the next begins where it ends.</summary>
    MaxLength,

    /// <summary>The caller asked for it.</summary>
    Finalize,

    /// <summary>No more audio.</summary>
    AudioEnd,
}

/// <summary>Speech or a segment begins or ends. Places are sample indices at 16 kHz.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">First sample of the speech or segment, or the one after its last; of speech as the detector heard
/// it.</param>
/// <param name="DecidedAt">Samples that had to be there to know it; at least <paramref name="At"/>.</param>
public readonly record struct SegmentationEvent(SegmentationEventKind Kind, long At, long DecidedAt)
{
    /// <summary>
    /// Where a segment that began has its first speech: after the pre-roll; after a forced cut or in speech that was
    /// cut by a finalize, its first sample.
    /// </summary>
    /// <value>0 in other events.</value>
    public long Onset { get; init; }

    /// <summary>Why a segment ended.</summary>
    public SegmentEndReason Reason { get; init; }
}

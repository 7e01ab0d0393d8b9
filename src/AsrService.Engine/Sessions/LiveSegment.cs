using AsrService.Audio;
using AsrService.Engine.Batching;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Hypotheses;

namespace AsrService.Engine.Sessions;

/// <summary>A segment from its first sample to its final; all positions are samples of the session at 16 kHz.</summary>
/// <remarks>
/// Borders and times are guarded by the session's lock; clip, texts and languages belong to the loop's thread.
/// </remarks>
internal sealed class LiveSegment(
    int index, long start, SegmentSettings settings, RefreshPoints points, int agreement, SegmenterState? input)
{
    private const int Never = -1;

    public int Index { get; } = index;

    public long Start { get; } = start;

    /// <summary>How the input stood when it began; null where nobody may go on with the session.</summary>
    public SegmenterState? Input { get; } = input;

    public SegmentSettings Settings { get; } = settings;

    public RefreshPoints Points { get; } = points;

    /// <summary>Sample after the last; null while open.</summary>
    public long? End { get; set; }

    public SegmentEndReason Reason { get; set; }

    /// <summary>Newest refresh point that was taken.</summary>
    public long LastPoint { get; set; } = Never;

    /// <summary>Up to where the newest hypothesis heard.</summary>
    public long Heard { get; set; } = start;

    /// <summary>Up to where the clip has samples.</summary>
    public long Ingested { get; set; } = start;

    /// <summary>Timestamp since when a point, or the final, waits; null while none does.</summary>
    public long? DueSince { get; set; }

    /// <summary>What the latencies of its results count from.</summary>
    public ResultTiming Timing { get; set; }

    public Clip? Clip { get; set; }

    public int Revision { get; set; }

    public StableText Text { get; } = new(agreement, settings.StableLimit);

    public LanguageAgreement Languages { get; } = new();

    /// <summary>The newest hypothesis's text tokens, without a language.</summary>
    public IReadOnlyList<int> Draft { get; set; } = [];

    /// <summary>The newest hypothesis's language; null where it had none.</summary>
    public Transcripts.Language? DraftLanguage { get; set; }
}

/// <summary>Refresh points of a segment: onset + min(interval, 500 ms) + n × interval.</summary>
/// <param name="Onset">Where speech began; after a forced cut, the cut.</param>
/// <param name="Interval">Samples from one to the next.</param>
internal readonly record struct RefreshPoints(long Onset, int Interval)
{
    private const int LongestWait = 8000; // 500 ms

    private long First => Onset + Math.Min(Interval, LongestWait);

    /// <summary>The newest point for which so many samples are enough; −1 for none.</summary>
    public long NewestAt(long samples) => samples < First ? -1 : First + (samples - First) / Interval * Interval;

    /// <summary>The first point after a sample.</summary>
    public long NextAfter(long sample) => sample < First ? First : First + ((sample - First) / Interval + 1) * Interval;

    /// <summary>Points after one sample, up to and including another.</summary>
    public long CountBetween(long after, long upTo) => upTo < NextAfter(after) ? 0 : (upTo - NextAfter(after)) / Interval + 1;
}

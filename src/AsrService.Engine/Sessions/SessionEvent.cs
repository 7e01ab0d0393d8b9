using AsrService.Engine.Decoding;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Sessions;

/// <summary>How far a session has come, in offsets from its first sample; the smallest of its channels.</summary>
/// <param name="Received">Audio taken in.</param>
/// <param name="Processed">Audio heard by the newest hypothesis, or judged silent.</param>
/// <param name="Final">Audio that is done: covered by finals, or silent.</param>
public readonly record struct SessionCursors(TimeSpan Received, TimeSpan Processed, TimeSpan Final);

/// <summary>Something that a session has to say.</summary>
/// <param name="Channel">The channel concerned, from 0.</param>
public abstract record SessionEvent(int Channel)
{
    /// <summary>Where the session stood when this arose.</summary>
    public SessionCursors Cursors { get; internal set; }

    /// <summary>Where to go on once this, and all before it, has reached the caller; null where a session cannot be gone on with.</summary>
    public SessionCheckpoint? Checkpoint { get; internal set; }
}

/// <summary>The detector heard speech begin or end.</summary>
/// <param name="Channel">The channel, from 0.</param>
/// <param name="IsBegin">Begin, or end.</param>
/// <param name="Offset">Where, without pre-roll.</param>
public sealed record SpeechEvent(int Channel, bool IsBegin, TimeSpan Offset) : SessionEvent(Channel);

/// <summary>The detected language changed from one final to the next.</summary>
/// <param name="Channel">The channel, from 0.</param>
/// <param name="SegmentIndex">The segment whose final did.</param>
/// <param name="From">Before.</param>
/// <param name="To">Now.</param>
public sealed record LanguageSwitchedEvent(int Channel, int SegmentIndex, Language From, Language To) : SessionEvent(Channel);

/// <summary>Text of a segment: partials while it is open, then exactly one final, which never changes.</summary>
/// <param name="Channel">The channel, from 0.</param>
/// <param name="SegmentIndex">Counts the channel's segments from 0.</param>
/// <param name="Revision">Counts the segment's results from 1.</param>
/// <param name="IsFinal">Whether it is the final.</param>
public sealed record ResultEvent(int Channel, int SegmentIndex, int Revision, bool IsFinal) : SessionEvent(Channel)
{
    /// <summary>Text that no later partial alters; in a final, the whole text.</summary>
    public required string StableText { get; init; }

    /// <summary>Text that may still change, right behind the stable one; empty in a final.</summary>
    public string TentativeText { get; init; } = "";

    /// <summary>Only in a final: it does not begin with the stable text shown before.</summary>
    public bool ReplacesStable { get; init; }

    /// <summary>Where the segment begins, pre-roll included.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>In a partial, up to where was heard; in a final, where the segment ends.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>Both texts' words; empty where they were not asked for.</summary>
    public IReadOnlyList<TranscriptWord> Words { get; init; } = [];

    /// <summary>Null where none was decided on.</summary>
    public Language? Language { get; init; }

    /// <summary>Probability that the model gave the language; null where it was forced.</summary>
    public float? LanguageProbability { get; init; }

    /// <summary>Confidence of the text; null where there is none.</summary>
    public float? Confidence { get; init; }

    /// <summary>What to know of the text.</summary>
    public SegmentRemarks Remarks { get; init; }

    /// <summary>Time that its decoding took, without waiting.</summary>
    public StageTimes Times { get; init; }

    /// <summary>What its latency counts from.</summary>
    internal ResultTiming Timing { get; init; }

    /// <summary>The final's decoding; null in a partial.</summary>
    public SegmentResult? Result { get; init; }

    /// <summary>
    /// The final's audio, 16 kHz mono, where <see cref="SessionOptions.Samples"/> asks for it; empty where so many finals
    /// wait to be read that theirs is not kept.
    /// </summary>
    public ReadOnlyMemory<float> Samples { get; init; }
}

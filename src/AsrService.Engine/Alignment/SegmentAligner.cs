using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Alignment;

/// <summary>A decoded segment, to be aligned.</summary>
/// <param name="Start">Offset of its first sample in the recording.</param>
/// <param name="Samples">What was decoded; not copied.</param>
/// <param name="Result">What it gave.</param>
public sealed record DecodedSegment(TimeSpan Start, ReadOnlyMemory<float> Samples, SegmentResult Result);

/// <summary>A decoded segment with the times of its words.</summary>
public sealed record AlignedSegment
{
    /// <summary>The segment.</summary>
    public required DecodedSegment Segment { get; init; }

    /// <summary>Its language; null without speech, or when the model named none.</summary>
    public required Language? Language { get; init; }

    /// <summary>Geometric mean of its text tokens' probabilities; null without text.</summary>
    public required float? Confidence { get; init; }

    /// <summary>All words of its text; times are offsets in the recording.</summary>
    public required IReadOnlyList<TranscriptWord> Words { get; init; }

    /// <summary>Whether the times are the aligner's; else they are estimated from voice activity.</summary>
    public required bool IsAligned { get; init; }

    /// <summary>What to know of the alignment.</summary>
    public AlignmentRemarks Remarks { get; init; }

    /// <summary>Why it could not be aligned; null unless the aligner refused or failed.</summary>
    public Exception? Fault { get; init; }
}

/// <summary>Aligns segments as they come from a recognizer, and puts the times on the words that it showed.</summary>
/// <remarks>
/// A segment that cannot be aligned keeps estimated times; words never change. One caller at a time: it runs the aligner.
/// </remarks>
/// <param name="recognizer">That decoded the segments; it only reads tokens.</param>
/// <param name="aligner">Of the same thread's choosing; stays the caller's.</param>
/// <param name="config">That the segments were decoded with.</param>
public sealed class SegmentAligner(Recognizer recognizer, ForcedAligner aligner, DecodingConfig config)
{
    /// <summary>Aligns segments in one batch.</summary>
    public IReadOnlyList<AlignedSegment> Align(IReadOnlyList<DecodedSegment> segments)
    {
        var plans = segments.Select(Prepare).ToList();
        var outcomes = aligner.Align([.. plans.SelectMany(plan => plan.Clip.Requests)]);
        var aligned = new List<AlignedSegment>();
        int next = 0;
        foreach (var plan in plans)
        {
            int count = plan.Clip.Requests.Count;
            aligned.Add(Finish(plan, [.. outcomes.Skip(next).Take(count)]));
            next += count;
        }
        return aligned;
    }

    private Plan Prepare(DecodedSegment segment)
    {
        var activity = ClipActivity.Of(segment.Samples.Span);
        var transcript = new SegmentTranscript(segment.Result, config, recognizer, activity, segment.Start);
        var clip = new ClipAlignment(
            segment.Start, segment.Samples, segment.Result.Text, transcript.Language, transcript.FinalWords(), aligner.MaxClip);
        return new Plan(segment, transcript, clip);
    }

    private static AlignedSegment Finish(Plan plan, IReadOnlyList<AlignmentOutcome> outcomes)
    {
        var clip = plan.Clip.Finish(outcomes);
        return new AlignedSegment
        {
            Segment = plan.Segment,
            Language = plan.Transcript.Language,
            Confidence = plan.Transcript.Confidence,
            Words = clip.Words,
            IsAligned = clip.IsAligned,
            Remarks = clip.Remarks,
            Fault = clip.Fault,
        };
    }

    private sealed record Plan(DecodedSegment Segment, SegmentTranscript Transcript, ClipAlignment Clip);
}

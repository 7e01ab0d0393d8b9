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
    private const int SamplesPerSecond = 16_000;

    private readonly int _mostSamples = (int)(aligner.MaxClip.TotalSeconds * SamplesPerSecond);

    /// <summary>Aligns segments in one batch.</summary>
    public IReadOnlyList<AlignedSegment> Align(IReadOnlyList<DecodedSegment> segments)
    {
        var plans = segments.Select(Prepare).ToList();
        var outcomes = aligner.Align([.. plans.SelectMany(plan => plan.Parts, RequestOf)]);
        var aligned = new List<AlignedSegment>();
        int next = 0;
        foreach (var plan in plans)
        {
            aligned.Add(Finish(plan, outcomes.Skip(next).Take(plan.Parts.Count).ToList()));
            next += plan.Parts.Count;
        }
        return aligned;
    }

    private Plan Prepare(DecodedSegment segment)
    {
        var activity = ClipActivity.Of(segment.Samples.Span);
        var transcript = new SegmentTranscript(segment.Result, config, recognizer, activity, segment.Start);
        var parts = transcript.Words.Count == 0 ? [] : ClipParts.Cut(transcript.Timeline, segment.Samples.Length, _mostSamples);
        parts.RemoveAll(part => part.FirstWord == part.EndWord);
        return new Plan(segment, transcript, parts);
    }

    private static AlignmentRequest RequestOf(Plan plan, ClipPart part) =>
        new(plan.Segment.Samples[part.Start..part.End], plan.TextOf(part), plan.Transcript.Language);

    private static AlignedSegment Finish(Plan plan, List<AlignmentOutcome> outcomes)
    {
        var (segment, transcript) = (plan.Segment, plan.Transcript);
        var words = transcript.FinalWords().ToArray();
        var remarks = AlignmentRemarks.None;
        bool isAligned = words.Length > 0;
        for (int i = 0; i < outcomes.Count; i++)
        {
            var part = plan.Parts[i];
            var offset = segment.Start + TimeSpan.FromTicks(part.Start * (TimeSpan.TicksPerSecond / SamplesPerSecond));
            var placed = outcomes[i].Aligned is { } aligned
                ? AlignedWords.TryApply(words[part.FirstWord..part.EndWord], plan.TextOf(part), transcript.Language, aligned.Units, offset)
                : null;
            placed?.ToArray().CopyTo(words, part.FirstWord);
            isAligned &= placed is not null;
            remarks |= outcomes[i].Aligned?.Remarks ?? AlignmentRemarks.None;
        }
        return new AlignedSegment
        {
            Segment = segment,
            Language = transcript.Language,
            Confidence = transcript.Confidence,
            Words = words,
            IsAligned = isAligned,
            Remarks = remarks,
            Fault = outcomes.Find(outcome => outcome.Fault is not null)?.Fault,
        };
    }

    private sealed record Plan(DecodedSegment Segment, SegmentTranscript Transcript, List<ClipPart> Parts)
    {
        public string TextOf(ClipPart part)
        {
            var words = Transcript.Words;
            return words.Text[words[part.FirstWord].Start..words[part.EndWord - 1].End];
        }
    }
}

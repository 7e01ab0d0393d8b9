using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using AsrService.Server.Transcriber;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Refinement;

/// <summary>Gives the segments of one recording aligned times before they are answered. Not thread-safe.</summary>
internal sealed class SegmentRefinement(WordAligner aligner, bool isWanted)
{
    private readonly MissWarnings _warnings = new();

    /// <summary>Puts aligned times into a segment's message, where they are wanted and to be had.</summary>
    /// <returns>The words with their times, and what to warn of; null for nothing.</returns>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<(IReadOnlyList<TranscriptWord> Words, V1.Warning? Warning)> RefineAsync(
        FileSegment segment, V1.Segment message, CancellationToken cancellationToken)
    {
        if (!isWanted || segment.Words.Count == 0) return (segment.Words, null);
        var clip = new RecognizedClip(segment.Start, segment.Samples, segment.Result.Text, segment.Language, segment.Words);
        var refined = await aligner.AlignAsync(clip, cancellationToken);
        if (refined.Miss == AlignmentMiss.None)
        {
            message.Words.Clear();
            message.Words.AddRange(TextMapping.Whole(refined.Words, segment.Language, V1.WordTiming.Aligned));
        }

        return (refined.Words, _warnings.Look(refined.Miss, segment.Language, message.SegmentId));
    }
}

using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using AsrService.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AsrService.Server.Refinement;

/// <summary>What is to get better times.</summary>
/// <param name="Start">Offset of the first sample, on the clock of the words.</param>
/// <param name="Samples">16 kHz mono.</param>
/// <param name="Text">What was recognized.</param>
/// <param name="Language">Its language; null where none was decided.</param>
/// <param name="Words">All words of the text.</param>
internal sealed record RecognizedClip(
    TimeSpan Start, ReadOnlyMemory<float> Samples, string Text, Language? Language, IReadOnlyList<TranscriptWord> Words);

/// <summary>What became of it.</summary>
/// <param name="Words">The same words with aligned times; as they were where there are none.</param>
/// <param name="Miss">Why there are none.</param>
internal sealed record RefinedWords(IReadOnlyList<TranscriptWord> Words, AlignmentMiss Miss);

/// <summary>The server's aligner, if it has one: one circuit and one measure of who waits for all calls.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="aligner">Null where the server has none; made when the service starts.</param>
/// <param name="options">Limits.</param>
/// <param name="metrics">Counts failures.</param>
/// <param name="time">Clock of the limits.</param>
/// <param name="logger">Told when the aligner goes away and comes back.</param>
internal sealed class WordAligner(
    IAligner? aligner, RefinementOptions options, RefinementMetrics metrics, TimeProvider time, ILogger<WordAligner> logger)
{
    private const int PartsAtOnce = 4; // of a clip over the aligner's limit

    private readonly AlignmentPipeline? _pipeline = aligner is null ? null : new AlignmentPipeline(aligner, options, time, logger);
    private int _waiting;

    /// <summary>Languages that get aligned times; none without an aligner.</summary>
    public IReadOnlyList<Language> Languages => aligner?.Languages ?? [];

    /// <summary>Limits.</summary>
    public RefinementOptions Options => options;

    /// <summary>Counts failures.</summary>
    public RefinementMetrics Metrics => metrics;

    /// <summary>Takes a place for a live final, if one is free.</summary>
    public bool TryTakePlace()
    {
        if (Interlocked.Increment(ref _waiting) <= options.MaxWaiting) return true;
        ReturnPlace();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void ReturnPlace() => Interlocked.Decrement(ref _waiting);

    /// <summary>Aligns a clip.</summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<RefinedWords> AlignAsync(RecognizedClip clip, CancellationToken cancellationToken)
    {
        if (clip.Words.Count == 0) return new RefinedWords(clip.Words, AlignmentMiss.None);
        if (aligner is null || clip.Language is not { } language || !aligner.Languages.Contains(language))
            return Miss(clip, AlignmentMiss.Language);

        var alignment = new ClipAlignment(clip.Start, clip.Samples, clip.Text, language, clip.Words, aligner.MaxClip);
        var outcomes = new List<AlignmentOutcome>();
        foreach (var requests in alignment.Requests.Chunk(PartsAtOnce))
        {
            outcomes.AddRange(await Task.WhenAll(requests.Select(request => _pipeline!.AlignAsync(request, cancellationToken))));
            if (outcomes.Find(outcome => outcome.Fault is not null) is { } failed) return Miss(clip, failed.Fault!.ToMiss());
        }

        var aligned = alignment.Finish(outcomes);
        return aligned.IsAligned ? new RefinedWords(aligned.Words, AlignmentMiss.None) : Miss(clip, AlignmentMiss.Mismatch);
    }

    /// <summary>Counts that words keep their times.</summary>
    public RefinedWords Miss(RecognizedClip clip, AlignmentMiss miss)
    {
        if (miss != AlignmentMiss.Language) metrics.Failed(miss);
        return new RefinedWords(clip.Words, miss);
    }
}

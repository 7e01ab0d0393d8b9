using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Alignment;

/// <summary>A recognized clip on its way through an aligner: what to ask, and what to make of the answers.</summary>
/// <remarks>Clips over the aligner's limit are asked for in parts. Immutable.</remarks>
public sealed class ClipAlignment
{
    private const int SamplesPerSecond = 16_000;

    private readonly TimeSpan _start;
    private readonly Language? _language;
    private readonly IReadOnlyList<TranscriptWord> _words;
    private readonly List<ClipPart> _parts;

    /// <summary>Finds out what to ask.</summary>
    /// <param name="start">Offset of the clip's first sample, on the clock of <paramref name="words"/>.</param>
    /// <param name="samples">16 kHz mono, finite; not copied.</param>
    /// <param name="text">What was recognized.</param>
    /// <param name="language">Its language; null for the default rule of units.</param>
    /// <param name="words">All words of the text, with estimated times.</param>
    /// <param name="maxClip">The longest clip that the aligner takes.</param>
    /// <exception cref="ArgumentException">The words are not those of the text.</exception>
    public ClipAlignment(
        TimeSpan start, ReadOnlyMemory<float> samples, string text, Language? language, IReadOnlyList<TranscriptWord> words,
        TimeSpan maxClip)
    {
        var places = TextWords.Split(text);
        if (places.Count != words.Count)
            throw new ArgumentException($"{words.Count} words; the text has {places.Count}.", nameof(words));
        (_start, _language, _words) = (start, language, words);
        _parts = Cut(places, samples, (int)(maxClip.TotalSeconds * SamplesPerSecond));
        Requests = [.. _parts.Select(part => new AlignmentRequest(
            samples[part.Start..part.End], text[places[part.FirstWord].Start..places[part.EndWord - 1].End], language))];
    }

    /// <summary>What to have aligned, in order; nothing for a text without words.</summary>
    public IReadOnlyList<AlignmentRequest> Requests { get; }

    /// <summary>Puts the aligner's times on the words; a part that failed keeps its estimates.</summary>
    /// <param name="outcomes">One for each request.</param>
    public AlignedClip Finish(IReadOnlyList<AlignmentOutcome> outcomes)
    {
        if (outcomes.Count != Requests.Count)
            throw new ArgumentException($"{outcomes.Count} outcomes for {Requests.Count} requests.", nameof(outcomes));
        var words = _words.ToArray();
        var remarks = AlignmentRemarks.None;
        bool isAligned = words.Length > 0;
        for (int i = 0; i < _parts.Count; i++)
        {
            var (part, aligned) = (_parts[i], outcomes[i].Aligned);
            var offset = _start + TimeOf(part.Start);
            var placed = aligned is null || !IsWithin(aligned.Units, part)
                ? null
                : AlignedWords.TryApply(words[part.FirstWord..part.EndWord], Requests[i].Text, _language, aligned.Units, offset);
            placed?.ToArray().CopyTo(words, part.FirstWord);
            isAligned &= placed is not null;
            remarks |= aligned?.Remarks ?? AlignmentRemarks.None;
        }
        return new AlignedClip(words, isAligned, remarks, outcomes.FirstOrDefault(outcome => outcome.Fault is not null)?.Fault);
    }

    /// <summary>An answer about longer audio is not about this one.</summary>
    private static bool IsWithin(IReadOnlyList<AlignedUnit> units, ClipPart part) =>
        units.Count == 0 || units[^1].End <= TimeOf(part.End - part.Start);

    private static TimeSpan TimeOf(int samples) => TimeSpan.FromTicks(samples * (TimeSpan.TicksPerSecond / SamplesPerSecond));

    private static List<ClipPart> Cut(TextWords places, ReadOnlyMemory<float> samples, int most)
    {
        if (places.Count == 0) return [];
        if (samples.Length <= most) return [new ClipPart(0, places.Count, 0, samples.Length)];
        var activity = ClipActivity.Of(samples.Span);
        var parts = ClipParts.Cut(WordTimes.Estimate(places, activity, activity.Length), samples.Length, most);
        parts.RemoveAll(part => part.FirstWord == part.EndWord);
        return parts;
    }
}

/// <summary>What an aligner made of a clip.</summary>
/// <param name="Words">All words of its text; times change, words never.</param>
/// <param name="IsAligned">Whether all times are the aligner's; false without words, and where an answer was not about them.</param>
/// <param name="Remarks">What to know of the alignment.</param>
/// <param name="Fault">Why a part of it could not be aligned; null unless the aligner refused or failed.</param>
public sealed record AlignedClip(IReadOnlyList<TranscriptWord> Words, bool IsAligned, AlignmentRemarks Remarks, Exception? Fault);

using AsrService.Engine.Alignment;
using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.StructuredTranscripts;

/// <summary>A segment to be described.</summary>
/// <param name="Channel">Counted from 0.</param>
/// <param name="Start">Of its audio, used where it has no words.</param>
/// <param name="End">Of its audio.</param>
/// <param name="Text">As transcribed.</param>
/// <param name="Language">Null when the model named none.</param>
/// <param name="Confidence">0 to 1; null without text.</param>
/// <param name="IsAligned">Whether the words' times are the aligner's.</param>
/// <param name="Words">All words of the text; offsets in the recording.</param>
public sealed record TimedSegment(
    int Channel, TimeSpan Start, TimeSpan End, string Text, Language? Language, float? Confidence, bool IsAligned,
    IReadOnlyList<TranscriptWord> Words)
{
    /// <summary>What the transcript is to call it; null to have it numbered.</summary>
    public string? Id { get; init; }

    /// <summary>Whether there is a word for each of the text's.</summary>
    public bool HasItsWords => TextWords.Split(Text).Count == Words.Count;

    /// <summary>A segment as <see cref="SegmentAligner"/> gives it.</summary>
    /// <param name="aligned">The segment.</param>
    /// <param name="length">Of its audio in the recording.</param>
    /// <param name="channel">Counted from 0.</param>
    public static TimedSegment From(AlignedSegment aligned, TimeSpan length, int channel = 0) => new(
        channel, aligned.Segment.Start, aligned.Segment.Start + length, aligned.Segment.Result.Text, aligned.Language,
        aligned.Confidence, aligned.IsAligned, aligned.Words);

    /// <summary>
    /// The same speech sentence by sentence: a piece of a recording may hold many, with pauses and turns between them. A
    /// sentence ends behind its punctuation where a pause of 300 ms follows.
    /// </summary>
    public IEnumerable<TimedSegment> Sentences()
    {
        var places = TextWords.Split(Text);
        if (places.Count != Words.Count) throw new InvalidOperationException($"{Words.Count} words; the text has {places.Count}.");
        for (int first = 0, i = 0; i < Words.Count; i++)
        {
            bool isLast = i == Words.Count - 1;
            if (!isLast && !(EndsSentence(Words[i].Text) && Words[i + 1].Start - Words[i].End >= SpeakerPace.MinPause)) continue;
            var words = Words.Skip(first).Take(i + 1 - first).ToList();
            yield return this with
            {
                Start = words[0].Start,
                End = words[^1].End,
                Text = Text[places[first].Start..places[i].End],
                Confidence = MeanOf(words),
                Words = words,
            };
            first = i + 1;
        }
    }

    private static bool EndsSentence(string word) =>
        word.AsSpan().TrimEnd("\"'”’」』）)") is [.., '.' or '?' or '!' or '。' or '？' or '！' or '…'];

    /// <summary>Geometric, as of tokens.</summary>
    private static float? MeanOf(List<TranscriptWord> words)
    {
        var known = words.Where(word => word.Confidence is not null).Select(word => Math.Log(word.Confidence!.Value)).ToList();
        return known.Count == 0 ? null : (float)Math.Exp(known.Average());
    }
}

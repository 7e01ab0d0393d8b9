using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Hypotheses;

/// <summary>Puts together what is known of a text's words.</summary>
internal static class TranscriptWords
{
    /// <summary>The words as results carry them.</summary>
    /// <param name="words">The text shown.</param>
    /// <param name="times">One for each word, from the segment's first sample.</param>
    /// <param name="confidences">Of the first words; a word behind the last has none.</param>
    /// <param name="stableCount">How many are stable; all, in a final.</param>
    /// <param name="segmentStart">Offset of the segment's first sample.</param>
    public static IReadOnlyList<TranscriptWord> Build(
        TextWords words, IReadOnlyList<WordTime> times, IReadOnlyList<float?> confidences, int stableCount, TimeSpan segmentStart)
    {
        var built = new TranscriptWord[words.Count];
        for (int i = 0; i < built.Length; i++)
        {
            built[i] = new TranscriptWord(
                words.Word(i).ToString(), segmentStart + times[i].Start, segmentStart + times[i].End,
                i < confidences.Count ? confidences[i] : null, i < stableCount);
        }
        return built;
    }
}

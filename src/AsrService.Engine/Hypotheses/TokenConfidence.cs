using System.Text;
using AsrService.Tokenizer;

namespace AsrService.Engine.Hypotheses;

/// <summary>Confidence of words and texts: the geometric mean of the probabilities of their tokens.</summary>
internal static class TokenConfidence
{
    /// <summary>Of a whole text; null where it has no tokens.</summary>
    /// <param name="probabilities">Of its text tokens: those behind <c>&lt;asr_text&gt;</c>.</param>
    public static float? OfText(ReadOnlySpan<float> probabilities)
    {
        var mean = new GeometricMean();
        foreach (float probability in probabilities) mean.Add(probability);
        return mean.Value;
    }

    /// <summary>
    /// Of every word of a displayed text: over all tokens that hold a part of it. The displayed text may be the decoded
    /// one with its ends stripped and a loop removed: characters are matched from the front, then the rest from the
    /// back; a word without a matched character has none.
    /// </summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="ids">Text tokens, behind <c>&lt;asr_text&gt;</c>.</param>
    /// <param name="probabilities">One for each id.</param>
    /// <param name="words">The displayed text.</param>
    public static IReadOnlyList<float?> OfWords(
        BpeTokenizer tokenizer, ReadOnlySpan<int> ids, ReadOnlySpan<float> probabilities, TextWords words)
    {
        if (ids.Length != probabilities.Length) throw new ArgumentException("Not one for each id.", nameof(probabilities));

        var spans = new TokenSpan[ids.Length];
        string decoded = Locate(tokenizer, ids, spans);
        var match = TextMatch.Of(decoded, words.Text);
        var confidences = new float?[words.Count];
        int token = 0;
        for (int i = 0; i < words.Count; i++)
        {
            var (word, mean) = (words[i], new GeometricMean());
            var head = match.Head(word.Start, word.End);
            var tail = match.Tail(word.Start, word.End);
            token = Add(head, spans, probabilities, token, ref mean);
            token = Add(tail, spans, probabilities, token, ref mean);
            confidences[i] = mean.Value;
        }
        return confidences;
    }

    /// <summary>Adds the tokens that overlap a range; returns the first that a later range may overlap.</summary>
    private static int Add(
        TokenSpan range, TokenSpan[] spans, ReadOnlySpan<float> probabilities, int token, ref GeometricMean mean)
    {
        if (range.Start >= range.End) return token;
        while (token < spans.Length && spans[token].End <= range.Start) token++;
        for (int i = token; i < spans.Length && spans[i].Start < range.End; i++)
        {
            if (spans[i].End > range.Start) mean.Add(probabilities[i]);
        }
        return token;
    }

    /// <summary>The decoded text, and which of its characters each token has a part of.</summary>
    private static string Locate(BpeTokenizer tokenizer, ReadOnlySpan<int> ids, Span<TokenSpan> spans)
    {
        var text = new StringBuilder();
        var detokenizer = tokenizer.CreateDetokenizer();
        for (int i = 0; i < ids.Length; i++)
        {
            int start = text.Length; // of a character begun by an earlier token too: it is not in the text yet
            text.Append(detokenizer.Append(ids[i]));
            bool isWithinCharacter = detokenizer.Flush().Length > 0;
            detokenizer.Truncate(detokenizer.Count); // takes the look ahead back
            spans[i] = new TokenSpan(start, text.Length + (isWithinCharacter ? 1 : 0));
        }
        return text.Append(detokenizer.Flush()).ToString();
    }

    private struct GeometricMean
    {
        private double _sum;
        private int _count;

        public readonly float? Value => _count == 0 ? null : (float)Math.Exp(_sum / _count);

        public void Add(float probability)
        {
            _sum += Math.Log(probability);
            _count++;
        }
    }
}

using System.Runtime.InteropServices;
using System.Text;

namespace AsrService.Engine.Transcripts;

/// <summary>
/// Collapses the loops that the model sometimes falls into: 20 or more repetitions of a pattern of up to 20 characters
/// become one. Same results as the reference, which recurses and compares slices, in time linear in the length.
/// </summary>
/// <remarks>Reference: qwen_asr/inference/utils.py, detect_and_fix_repetitions. Characters are code points.</remarks>
public static class RepetitionFix
{
    private const int Threshold = 20;
    private const int LongestPattern = 20;

    /// <summary>
    /// <paramref name="text"/> without its loops; the very instance when it has none. Repetitions that start in the
    /// last 39 characters stay.
    /// </summary>
    public static string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length < Threshold) return text;

        var codePoints = ToCodePoints(text);
        int before = codePoints.Count;
        CollapseRuns(codePoints);
        var result = CollapsePatterns(CollectionsMarshal.AsSpan(codePoints));
        return result.Count == before ? text : ToText(result);
    }

    /// <summary>Pass 1: a run of one character longer than the threshold becomes that character.</summary>
    private static void CollapseRuns(List<int> s)
    {
        int kept = 0;
        for (int start = 0; start < s.Count;)
        {
            int end = start + 1;
            while (end < s.Count && s[end] == s[start]) end++;
            int copies = end - start > Threshold ? 1 : end - start;
            for (int i = 0; i < copies; i++) s[kept++] = s[start];
            start = end;
        }

        s.RemoveRange(kept, s.Count - kept);
    }

    /// <summary>Pass 2: from each place, the shortest pattern that repeats often enough is written once.</summary>
    private static List<int> CollapsePatterns(ReadOnlySpan<int> s)
    {
        var result = new List<int>(s.Length);
        // Repeating with period k from i on means s[j] = s[j + k] for a stretch of j. The end of that stretch is the
        // same for every i inside it, so each period walks the text once.
        Span<int> stretchEnds = stackalloc int[LongestPattern + 1];
        stretchEnds.Clear();
        int i = 0;
        while (i <= s.Length - 2 * Threshold)
        {
            var (period, repetitions) = FindPattern(s, i, stretchEnds);
            result.AddRange(s.Slice(i, Math.Max(period, 1)));
            i += Math.Max(period * repetitions, 1);
        }

        result.AddRange(s[i..]);
        return result;
    }

    /// <summary>
    /// Length of the shortest pattern repeated from <paramref name="i"/> and how often; zeros when none is.
    /// </summary>
    private static (int Period, int Repetitions) FindPattern(ReadOnlySpan<int> s, int i, Span<int> stretchEnds)
    {
        for (int k = 1; k <= LongestPattern && i + k * Threshold <= s.Length; k++)
        {
            int end = stretchEnds[k];
            if (end <= i)
            {
                end = i;
                while (end + k < s.Length && s[end] == s[end + k]) end++;
                stretchEnds[k] = end;
            }

            int repetitions = (end - i) / k + 1;
            if (repetitions >= Threshold) return (k, repetitions);
        }

        return (0, 0);
    }

    private static List<int> ToCodePoints(string text)
    {
        var codePoints = new List<int>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            codePoints.Add(isPair ? char.ConvertToUtf32(text[i], text[++i]) : text[i]);
        }

        return codePoints;
    }

    private static string ToText(List<int> codePoints)
    {
        var text = new StringBuilder(codePoints.Count);
        foreach (int c in codePoints)
        {
            if (c < 0x10000) text.Append((char)c); // a lone surrogate stays one
            else text.Append(char.ConvertFromUtf32(c));
        }

        return text.ToString();
    }
}

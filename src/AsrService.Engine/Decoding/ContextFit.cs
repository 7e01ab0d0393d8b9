using System.Buffers;
using System.Globalization;
using System.Text;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Decoding;

/// <summary>Cuts terms and free text to the tokens that a context may have.</summary>
internal sealed class ContextFit(PromptFormat format, int maxTokens)
{
    private const string Separator = ", ";

    /// <summary>Terms first, as a list, then the text on a line of its own; the text gives way before any term does.</summary>
    public (string Context, bool IsTruncated) Fit(IReadOnlyList<string> terms, string text)
    {
        string whole = Join(terms, terms.Count, text);
        if (Fits(whole)) return (whole, false);

        string list = Join(terms, terms.Count, "");
        if (Fits(list)) return (Join(terms, terms.Count, LongestText(terms, text)), true);
        return (Join(terms, Largest(terms.Count, count => Fits(Join(terms, count, ""))), ""), true);
    }

    private static string Join(IReadOnlyList<string> terms, int count, string text)
    {
        string list = string.Join(Separator, terms.Take(count));
        return list.Length > 0 && text.Length > 0 ? list + "\n" + text : list + text;
    }

    /// <summary>Whole words, or whole characters in scripts without spaces.</summary>
    private string LongestText(IReadOnlyList<string> terms, string text)
    {
        string cut = Longest(terms, text, [.. WordEnds(text)]);
        return cut.Length > 0 ? cut : Longest(terms, text, [.. ElementEnds(text)]);
    }

    private string Longest(IReadOnlyList<string> terms, string text, int[] ends)
    {
        int count = Largest(ends.Length, count => count == 0 || Fits(Join(terms, terms.Count, text[..ends[count - 1]])));
        return count == 0 ? "" : text[..ends[count - 1]];
    }

    /// <summary>Where a text may end: after a word, or after a character of a script without spaces.</summary>
    private static IEnumerable<int> WordEnds(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out int used) == OperationStatus.Done ? used : 1;
            int end = at + length;
            bool isLast = end == text.Length;
            if (!Rune.IsWhiteSpace(rune) && (isLast || IsBorder(rune, text.AsSpan(end)))) yield return end;
            at = end;
        }
    }

    /// <summary>After every character as a reader sees them, for a first word too long.</summary>
    private static IEnumerable<int> ElementEnds(string text)
    {
        for (int at = 0; at < text.Length; at += StringInfo.GetNextTextElementLength(text, at))
        {
            if (at > 0) yield return at;
        }
    }

    private static bool IsBorder(Rune before, ReadOnlySpan<char> rest)
    {
        Rune.DecodeFromUtf16(rest, out var after, out _);
        return Rune.IsWhiteSpace(after) || (CjkScript.IsUnspaced(after.Value) && !IsMark(after))
            || (CjkScript.IsUnspaced(before.Value) && Rune.IsLetterOrDigit(after)); // a mark or a joiner stays with its character
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private bool Fits(string context) => format.ContextTokens(context) <= maxTokens;

    /// <summary>The largest number up to <paramref name="most"/> that does, where all below one that does also do.</summary>
    private static int Largest(int most, Func<int, bool> does)
    {
        int least = 0;
        while (least < most)
        {
            int middle = (least + most + 1) / 2;
            if (does(middle)) least = middle;
            else most = middle - 1;
        }
        return least;
    }
}

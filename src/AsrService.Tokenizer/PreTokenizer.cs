namespace AsrService.Tokenizer;

/// <summary>
/// Cuts text into the units inside which byte pairs are merged. Written over code points because .NET's regular
/// expressions see a supplementary letter as two surrogates and would cut elsewhere.
/// </summary>
/// <remarks>
/// The alternatives, tried in this order, of the Qwen2 pattern
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </remarks>
public static class PreTokenizer
{
    /// <summary>
    /// All units of <paramref name="text"/>, which should be in NFC; joined they give the text again.
    /// </summary>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var units = new List<string>();
        for (int start = 0; start < text.Length;)
        {
            int length = NextUnit(text.AsSpan(start));
            units.Add(text.Substring(start, length));
            start += length;
        }

        return units;
    }

    /// <summary>Length in UTF-16 units of the first unit of a text that is not empty; 1 or more.</summary>
    public static int NextUnit(ReadOnlySpan<char> text)
    {
        int contraction = Contraction(text);
        if (contraction > 0) return contraction;

        int behindFirst = 0;
        var first = CodePoints.Classify(CodePoints.Read(text, ref behindFirst));
        return first switch
        {
            CodePointClass.Letter => SkipWhile(text, behindFirst, CodePointClass.Letter),
            CodePointClass.Number => behindFirst,
            CodePointClass.LineBreak => Whitespace(text),
            _ when ClassAt(text, behindFirst) == CodePointClass.Letter =>
                SkipWhile(text, behindFirst, CodePointClass.Letter),
            CodePointClass.Other => Symbols(text, behindFirst),
            _ when text[0] == ' ' && ClassAt(text, 1) == CodePointClass.Other => Symbols(text, 1),
            _ => Whitespace(text),
        };
    }

    /// <summary>Length of a contraction's tail, else 0. The long s folds to s, so it counts as one.</summary>
    private static int Contraction(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'') return 0;

        char next = (char)(text[1] | 0x20);
        if (next is 's' or 't' or 'm' or 'd' && char.IsAscii(text[1]) || text[1] == '\u017F') return 2;
        if (text.Length < 3) return 0;

        bool isLong = text.Slice(1, 2).Equals("re", StringComparison.OrdinalIgnoreCase)
            || text.Slice(1, 2).Equals("ve", StringComparison.OrdinalIgnoreCase)
            || text.Slice(1, 2).Equals("ll", StringComparison.OrdinalIgnoreCase);
        return isLong ? 3 : 0;
    }

    private static int Symbols(ReadOnlySpan<char> text, int start)
    {
        int end = SkipWhile(text, start, CodePointClass.Other);
        return SkipWhile(text, end, CodePointClass.LineBreak);
    }

    /// <summary>
    /// A run up to its last line break; else all of it at the end of the text; else all but its last.
    /// </summary>
    private static int Whitespace(ReadOnlySpan<char> text)
    {
        int end = 0;
        int behindLineBreak = 0;
        while (end < text.Length && ClassAt(text, end) is CodePointClass.Space or CodePointClass.LineBreak)
        {
            if (text[end++] is '\r' or '\n') behindLineBreak = end;
        }

        if (behindLineBreak > 0) return behindLineBreak;
        return end == text.Length || end == 1 ? end : end - 1;
    }

    private static int SkipWhile(ReadOnlySpan<char> text, int start, CodePointClass wanted)
    {
        for (int next = start; next < text.Length; start = next)
        {
            if (CodePoints.Classify(CodePoints.Read(text, ref next)) != wanted) return start;
        }

        return start;
    }

    private static CodePointClass? ClassAt(ReadOnlySpan<char> text, int index) =>
        index < text.Length ? CodePoints.Classify(CodePoints.Read(text, ref index)) : null;
}

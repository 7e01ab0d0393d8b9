using System.Text;

namespace AsrService.Cli.Captions;

/// <summary>Breaks text into lines of a terminal: at spaces, and between any two wide characters.</summary>
internal static class TextFlow
{
    private const string Closing = "。，、？！；：”’）》」』";

    /// <summary>Where the lines begin and end, without the spaces between them.</summary>
    /// <param name="text">One paragraph; control characters count as ordinary ones.</param>
    /// <param name="width">Columns, at least 2.</param>
    /// <returns>Ranges of <paramref name="text"/>; none for an empty text.</returns>
    public static IReadOnlyList<Range> Wrap(string text, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        var lines = new List<Range>();
        int start = SkipSpaces(text, 0);
        while (start < text.Length)
        {
            int end = FindBreak(text, start, width);
            lines.Add(start..TrimSpaces(text, start, end));
            start = SkipSpaces(text, end);
        }

        return lines;
    }

    /// <summary>Where a line that begins at <paramref name="start"/> ends: behind it the next one begins.</summary>
    private static int FindBreak(string text, int start, int width)
    {
        int cells = 0, lastBreak = -1;
        int previousWidth = 0;
        for (int at = start; at < text.Length;)
        {
            var rune = RuneAt(text, at);
            int runeWidth = CellWidth.Of(rune);
            bool mayBreak = at > start && rune.Value != ' ' && MayBreak(text[at - 1], previousWidth, rune, runeWidth);
            if (mayBreak) lastBreak = at;
            if (cells + runeWidth > width && rune.Value != ' ') return lastBreak > 0 ? lastBreak : at;
            if (runeWidth > 0) previousWidth = runeWidth;
            cells += runeWidth;
            at += rune.Utf16SequenceLength;
        }

        return text.Length;
    }

    /// <summary>Chinese punctuation stays on the line of what it ends.</summary>
    private static bool MayBreak(char before, int widthBefore, Rune rune, int width) =>
        before == ' ' || (width > 0 && (width == 2 || widthBefore == 2) && !IsClosing(rune));

    private static bool IsClosing(Rune rune) =>
        rune.IsBmp && (Closing.Contains((char)rune.Value, StringComparison.Ordinal) || (rune.IsAscii && Rune.IsPunctuation(rune)));

    private static Rune RuneAt(string text, int at) =>
        Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar; // half of a pair: one column, one char

    private static int SkipSpaces(string text, int at)
    {
        while (at < text.Length && text[at] == ' ') at++;
        return at;
    }

    private static int TrimSpaces(string text, int start, int end)
    {
        while (end > start && text[end - 1] == ' ') end--;
        return end;
    }
}

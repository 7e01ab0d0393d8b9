using System.Globalization;
using System.Text;

namespace AsrService.Cli.Captions;

/// <summary>Columns of a terminal that text takes: two for CJK and emoji, none for marks on the letter before.</summary>
internal static class CellWidth
{
    /// <summary>First and last code points of what is wide or fullwidth (Unicode Annex 11), coarsely: gaps within hold
    /// nothing that a transcript has.</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
        (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F),
        (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>Columns of a character.</summary>
    public static int Of(Rune rune)
    {
        if (rune.Value < 0x300) return 1; // no marks and nothing wide before that
        if (Array.Exists(Wide, range => rune.Value >= range.First && rune.Value <= range.Last)) return 2;
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format
            ? 0
            : 1;
    }

    /// <summary>Columns of a text on one line.</summary>
    public static int Of(string text) => text.EnumerateRunes().Sum(Of);
}

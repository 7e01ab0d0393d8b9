using System.Globalization;
using System.Text;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Hypotheses;

/// <summary>Tells characters apart; a character is what readers take for one (an extended grapheme cluster).</summary>
/// <remarks>.NET brings the cluster rules with it: they are the same without ICU.</remarks>
internal static class CharacterClasses
{
    private const int FirstThatCombines = 0x300; // every cluster of two or more has a code point from here on, but CR LF

    /// <summary>UTF-16 units of the first character. White space is always one by itself.</summary>
    public static int LengthOfFirst(ReadOnlySpan<char> text)
    {
        if (PythonText.IsSpace(text[0])) return 1;
        bool isAlone = text[0] < FirstThatCombines && (text.Length == 1 || text[1] < FirstThatCombines);
        return isAlone ? 1 : StringInfo.GetNextTextElementLength(text);
    }

    /// <summary>The class of the character that begins <paramref name="text"/>.</summary>
    public static CharacterClass Of(ReadOnlySpan<char> text)
    {
        if (char.IsAsciiLetterOrDigit(text[0])) return CharacterClass.Spaced;
        if (PythonText.IsSpace(text[0])) return CharacterClass.Space;
        Rune.DecodeFromUtf16(text, out var rune, out _);
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation => CharacterClass.Opening,
            UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation => CharacterClass.Closing,
            UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OtherPunctuation
                or UnicodeCategory.Format or UnicodeCategory.Control
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => CharacterClass.Neutral,
            _ => IsUnspacedScript(rune.Value) ? CharacterClass.Unspaced : CharacterClass.Spaced,
        };
    }

    /// <summary>Punctuation of the full-width kind, which needs no space behind it.</summary>
    public static bool IsFullWidth(char punctuation) => CjkScript.IsUnspaced(punctuation);

    /// <summary>Without the punctuation at both ends.</summary>
    public static ReadOnlySpan<char> TrimPunctuation(ReadOnlySpan<char> word)
    {
        while (!word.IsEmpty && IsPunctuation(word[0])) word = word[1..];
        while (!word.IsEmpty && IsPunctuation(word[^1])) word = word[..^1];
        return word;
    }

    /// <summary>Any punctuation; all of it in use lies in the basic plane.</summary>
    public static bool IsPunctuation(char c) => char.IsPunctuation(c);

    /// <summary>Chinese and Japanese; Thai, Lao, Myanmar and Khmer, whose words only a dictionary could find.</summary>
    private static bool IsUnspacedScript(int c) => CjkScript.IsUnspaced(c)
        || c is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
            or (>= 0x19E0 and <= 0x19FF) or (>= 0xA9E0 and <= 0xA9FF) or (>= 0xAA60 and <= 0xAA7F);
}

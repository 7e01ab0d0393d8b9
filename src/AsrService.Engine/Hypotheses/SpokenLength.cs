using System.Globalization;
using System.Text;

namespace AsrService.Engine.Hypotheses;

/// <summary>
/// Guesses how long a word takes to say, in Chinese characters: only the ratios of words in one text matter. The
/// numbers are near a least-squares fit of the word times of the sample recordings.
/// </summary>
internal static class SpokenLength
{
    private const double Word = 0.1;          // every spaced word, so that "a" and "I" are not too short
    private const double Vowel = 0.32;        // each group of vowels in writing: a syllable, more or less
    private const double Consonant = 0.24;    // each letter that is no vowel
    private const double Digit = 1.2;         // "seven", "zero"; in Chinese one character
    private const double Initial = 1.0;       // a letter of "SQL", spoken as its name
    private const double PhraseEnd = 0.5;     // a spaced word before punctuation is drawn out
    private const double LongestWord = 40;    // no line of dashes or letters outweighs a sentence

    private const string Vowels = "aeiouyäöüàáâãåæèéêëìíîïòóôõøœùúûýÿāēīōūąęıаеёиоуыэюяіїєαεηιουωάέήίόύώ";

    /// <summary>More than 0.</summary>
    public static double Of(ReadOnlySpan<char> word, bool isUnspaced)
    {
        var core = CharacterClasses.TrimPunctuation(word);
        if (core.IsEmpty) return 0.1;
        if (isUnspaced) return 1;
        double length = Math.Min(OfSpaced(core), LongestWord);
        return CharacterClasses.IsPunctuation(word[^1]) ? length + PhraseEnd : length;
    }

    private static double OfSpaced(ReadOnlySpan<char> core)
    {
        bool isSpelled = IsSpelled(core), wasVowel = false;
        double length = Word;
        foreach (var rune in core.EnumerateRunes())
        {
            bool isVowel = IsVowel(rune);
            length += isSpelled ? Initial : isVowel ? (wasVowel ? 0 : Vowel) : OfOther(rune);
            wasVowel = isVowel;
        }
        return length;
    }

    private static double OfOther(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.DecimalDigitNumber => Digit,
        _ when rune.Value is >= 0xAC00 and <= 0xD7A3 => 1, // a Hangul syllable
        UnicodeCategory.OtherLetter => Vowel,              // Arabic, Hebrew, Indic: most vowels are not letters
        <= UnicodeCategory.ModifierLetter => Consonant,
        UnicodeCategory.CurrencySymbol or UnicodeCategory.MathSymbol => 2 * Vowel,
        _ => rune.Value == '%' ? 2 : 0,
    };

    private static bool IsVowel(Rune rune) =>
        Rune.ToLowerInvariant(rune) is { IsBmp: true } lower && Vowels.Contains((char)lower.Value);

    private static bool IsSpelled(ReadOnlySpan<char> core)
    {
        if (core.Length is < 2 or > 5) return false;
        foreach (char c in core)
        {
            if (!char.IsUpper(c)) return false;
        }
        return true;
    }
}

using System.Globalization;
using System.Text;
using AsrService.Engine.Transcripts;
using AsrService.Tokenizer;

namespace AsrService.Engine.Evaluation;

/// <summary>Word error rate: substitutions, deletions and insertions by the number of reference units.</summary>
/// <param name="Substitutions">Units replaced by another.</param>
/// <param name="Deletions">Units of the reference that are missing.</param>
/// <param name="Insertions">Units that the reference does not have.</param>
/// <param name="Units">Units of the reference.</param>
public readonly record struct ErrorRate(int Substitutions, int Deletions, int Insertions, int Units)
{
    /// <summary>What is done to both texts before they are compared.</summary>
    public const string Normalization = "lower case, punctuation and symbols removed, CJK by character";

    /// <summary>All errors.</summary>
    public int Errors => Substitutions + Deletions + Insertions;

    /// <summary>Errors by units; 0 for two empty texts, and against an empty reference the number of insertions.</summary>
    public double Value => Units > 0 ? (double)Errors / Units : Insertions;

    /// <summary>Compares units: words, and every CJK character by itself.</summary>
    public static ErrorRate OfWords(string reference, string hypothesis) => Compare(Words(reference), Words(hypothesis));

    /// <summary>Compares characters, spaces left out.</summary>
    public static ErrorRate OfCharacters(string reference, string hypothesis) =>
        Compare(Characters(reference), Characters(hypothesis));

    /// <summary>Normalized units of a text.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in Nfc.Normalize(text).EnumerateRunes()) // a reference typed on a Mac may be decomposed
        {
            bool isAlone = CjkScript.IsUnspaced(rune.Value) && IsLetter(rune);
            if (isAlone || Rune.IsWhiteSpace(rune)) Close(words, word);
            if (isAlone) words.Add(rune.ToString());
            else if (rune.Value is '\'' or 0x2019) word.Append('\''); // a contraction, however it is typed
            else if (IsKept(rune)) word.Append(Rune.ToLowerInvariant(rune).ToString());
        }
        Close(words, word);
        return words;
    }

    private static List<string> Characters(string text) =>
        [.. Words(text).SelectMany(word => word.EnumerateRunes().Select(rune => rune.ToString()))];

    /// <summary>Letters, and numerals that count as such: 〇 is one to every reader, if not to Unicode.</summary>
    private static bool IsLetter(Rune rune) =>
        Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.LetterNumber;

    /// <summary>Letters, numbers and marks; "well-known" is one word, as spoken.</summary>
    private static bool IsKept(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static void Close(List<string> words, StringBuilder word)
    {
        string text = word.ToString().Trim('\'');
        if (text.Length > 0) words.Add(text);
        word.Clear();
    }

    /// <summary>Levenshtein alignment with unit costs; among equal ones, the one with most substitutions.</summary>
    private static ErrorRate Compare(IReadOnlyList<string> reference, IReadOnlyList<string> hypothesis)
    {
        var previous = new ErrorRate[hypothesis.Count + 1];
        var current = new ErrorRate[hypothesis.Count + 1];
        for (int j = 0; j <= hypothesis.Count; j++) previous[j] = new ErrorRate(0, 0, j, reference.Count);
        for (int i = 1; i <= reference.Count; i++)
        {
            current[0] = new ErrorRate(0, i, 0, reference.Count);
            for (int j = 1; j <= hypothesis.Count; j++)
            {
                var best = reference[i - 1] == hypothesis[j - 1]
                    ? previous[j - 1]
                    : previous[j - 1] with { Substitutions = previous[j - 1].Substitutions + 1 };
                if (previous[j].Errors + 1 < best.Errors) best = previous[j] with { Deletions = previous[j].Deletions + 1 };
                if (current[j - 1].Errors + 1 < best.Errors) best = current[j - 1] with { Insertions = current[j - 1].Insertions + 1 };
                current[j] = best;
            }
            (previous, current) = (current, previous);
        }
        return previous[hypothesis.Count];
    }
}

using System.Buffers;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Hypotheses;

/// <summary>
/// Cuts a text into stretches that mean something by themselves; stable text grows by these. A unit is at least a word,
/// never only clause words unless the text has nothing else. Rules and examples: docs/stable-text.md.
/// </summary>
internal static class SemanticUnits
{
    // 8 words or 12 characters; in mixed text two words weigh as much as three characters.
    private const int MaxWeight = 24;
    private const int WordWeight = 3;
    private const int CharacterWeight = 2;

    private static readonly SearchValues<char> UnitEnds = SearchValues.Create(".,;:!?…。，、；：！？．｡､‥،؛؟।॥۔");

    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Jr", "Sr", "Sra", "vs", "approx", "Ph.D", "ca", "bzw", "Nr",
    };

    /// <summary>For every unit, the number of the text's words up to its end; the last is all words.</summary>
    /// <param name="words">The text.</param>
    /// <param name="language">Whose clause words count; null for none.</param>
    /// <param name="pauseBefore">For each word, whether a pause of 200 ms or more lies before it; empty for none.</param>
    public static List<int> FindEnds(TextWords words, Language? language, IReadOnlyList<bool> pauseBefore)
    {
        var ends = new List<int>();
        var clauses = ClauseWords.Of(language);
        int weight = 0, clauseEnd = 0;
        bool hasContent = false; // the open unit has more than clause words
        for (int i = 0; i < words.Count; i++)
        {
            int clauseLength = i < clauseEnd ? 0 : clauses.MatchAt(words, i);
            bool hasPause = i < pauseBefore.Count && pauseBefore[i];
            if (hasContent && (clauseLength > 0 || hasPause || weight >= MaxWeight || IsBorder(words, i)))
            {
                ends.Add(i);
                (weight, hasContent) = (0, false);
            }
            if (clauseLength > 0) clauseEnd = i + clauseLength;
            hasContent |= i >= clauseEnd;
            weight += words[i].IsUnspaced ? CharacterWeight : WordWeight;
        }
        if (words.Count > 0) ends.Add(words.Count);
        return ends;
    }

    private static bool IsBorder(TextWords words, int index) =>
        EndsUnit(words.Word(index - 1), words[index - 1].IsUnspaced)
        || (words[index - 1].IsUnspaced && !words[index].IsUnspaced && HasLetter(words.Word(index)));

    private static bool EndsUnit(ReadOnlySpan<char> word, bool isUnspaced)
    {
        while (!word.IsEmpty && IsClosing(word[^1])) word = word[..^1];
        if (word.IsEmpty || !UnitEnds.Contains(word[^1])) return false;
        return word[^1] != '.' || isUnspaced || !IsAbbreviation(word[..^1]);
    }

    private static bool IsClosing(char c) => c is '"' or '\'' || CharacterClasses.Of([c]) == CharacterClass.Closing;

    /// <summary>Letters between dots ("e.g", "U.S", an initial) or one of the list; without its last dot.</summary>
    private static bool IsAbbreviation(ReadOnlySpan<char> word)
    {
        while (!word.IsEmpty && CharacterClasses.IsPunctuation(word[0])) word = word[1..];
        if (Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)) return true;
        if (word.Length % 2 == 0) return false;
        for (int i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsLetter(word[i]) : word[i] != '.') return false;
        }
        return true;
    }

    /// <summary>A number by itself is no Latin word: 我有 3 个 stays together.</summary>
    private static bool HasLetter(ReadOnlySpan<char> word)
    {
        foreach (char c in word)
        {
            if (char.IsLetter(c)) return true;
        }
        return false;
    }
}

using System.Collections.Frozen;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Hypotheses;

/// <summary>Words that begin a clause, language by language: our own short lists, conjunctions above all.</summary>
internal sealed class ClauseWords
{
    private static readonly FrozenDictionary<string, ClauseWords> ByCode = new Dictionary<string, ClauseWords>
    {
        ["en"] = Spaced("because so but and or which that who if when while although though then unless until since whereas where"),
        ["de"] = Spaced("weil aber und oder denn dass wenn als während obwohl sondern damit falls bevor nachdem dann"),
        ["fr"] = Spaced("parce car mais et ou donc que qui si quand lorsque puisque pendant alors ensuite"),
        ["es"] = Spaced("porque pero y e o u pues que si cuando mientras aunque entonces sino luego"),
        ["pt"] = Spaced("porque mas e ou pois que se quando enquanto embora então porém depois"),
        ["it"] = Spaced("perché ma e ed o oppure quindi che se quando mentre allora però poi"),
        ["ru"] = Spaced("потому но и а или что чтобы если когда пока хотя поэтому который потом однако"),
        ["ko"] = Spaced("그리고 그래서 그러나 하지만 그런데 왜냐하면 또는 만약 그러면 따라서 그러니까"),
        ["zh"] = Unspaced("因为 所以 但是 然后 如果 而且 或者 不过 虽然 可是 因此 于是 并且 要是 由于 因為 然後 不過 雖然 於是 並且 由於"),
        ["yue"] = Unspaced("因為 所以 但係 然後 跟住 如果 而且 或者 不過 雖然 同埋 定係 因为 但系 然后 不过 虽然"),
        ["ja"] = Unspaced("しかし だから それで そして それから つまり なぜなら けれども ところが もし または ただし"),
    }.ToFrozenDictionary();

    private static readonly ClauseWords None = new([], []);

    private readonly FrozenSet<string> _spaced;
    private readonly string[] _unspaced;

    private ClauseWords(string[] spaced, string[] unspaced)
    {
        _spaced = spaced.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _unspaced = [.. unspaced.OrderByDescending(word => word.Length)];
    }

    /// <summary>A language's list; an empty one where there is none.</summary>
    public static ClauseWords Of(Language? language) =>
        language is not null && ByCode.TryGetValue(language.Code, out var known) ? known : None;

    /// <summary>How many words, from <paramref name="index"/> on, are one clause word; mostly none.</summary>
    public int MatchAt(TextWords words, int index)
    {
        if (words[index].IsUnspaced) return MatchCharacters(words, index);
        return _spaced.Count > 0 && _spaced.GetAlternateLookup<ReadOnlySpan<char>>().Contains(words.Core(index)) ? 1 : 0;
    }

    private int MatchCharacters(TextWords words, int index)
    {
        foreach (string candidate in _unspaced)
        {
            if (IsAt(candidate, words, index)) return candidate.Length;
        }
        return 0;
    }

    /// <summary>Character by character, so that neither a combining mark nor punctuation may lie within.</summary>
    private static bool IsAt(string candidate, TextWords words, int index)
    {
        if (index + candidate.Length > words.Count) return false;
        for (int i = 0; i < candidate.Length; i++)
        {
            if (words.Core(index + i) is not [var c] || c != candidate[i]) return false;
            if (i > 0 && words[index + i - 1].End != words[index + i].Start) return false;
            if (i > 0 && words.Word(index + i)[0] != c) return false;                      // "因“为"
            if (i < candidate.Length - 1 && words.Word(index + i)[^1] != c) return false; // "因，为"
        }
        return true;
    }

    private static ClauseWords Spaced(string list) => new(list.Split(' '), []);

    private static ClauseWords Unspaced(string list) => new([], list.Split(' '));
}

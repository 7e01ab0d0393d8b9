using System.Collections.Frozen;
using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.StructuredTranscripts;

/// <summary>Finds hesitations by lists of our own, language by language; what is also a word needs a sign around it.</summary>
public sealed class FillerWords
{
    private const double ShortPause = 0.15;

    private static readonly FillerLists English = new(
        "um uh er erm uhm hmm mm mhm", "", "", "like;you know;I mean;well;sort of;kind of");

    private static readonly FillerLists Chinese = new(
        "嗯 呃 唔 啊 哦 噢 額", "哈 呢 嘛 啦 吧", "那个;这个;就是;就是说;然后;那個;這個;就是說;然後", "");

    private static readonly FrozenDictionary<string, FillerLists[]> ByCode = new Dictionary<string, FillerLists[]>
    {
        ["en"] = [English],
        ["zh"] = [Chinese, English],
        ["yue"] = [new("嗯 呃 唔 啊 哦 誒 诶", "啦 囉 喎 吖 嘛", "即係;即系;咁;嗰個;嗰个", ""), English],
        ["ja"] = [new("", "", "えーと;えっと;ええと;あのー;えー;うーん;まあ;その;あの;なんか", ""), English],
        ["ko"] = [new("음 어 저기 에", "", "그;뭐;이제", ""), English],
        ["de"] = [new("äh ähm öh hm", "", "", "also;sozusagen;quasi;halt")],
        ["fr"] = [new("euh heu hum", "", "", "ben;bah;du coup;genre;tu vois")],
        ["es"] = [new("eh em mmm", "", "", "pues;o sea;este;bueno")],
        ["pt"] = [new("hã hum ahn", "", "", "tipo;né;então")],
        ["it"] = [new("ehm uhm mah", "", "", "cioè;allora;tipo;insomma")],
        ["ru"] = [new("э ээ эм мм хм", "", "", "ну;вот;как бы;типа;значит")],
    }.ToFrozenDictionary();

    private readonly FillerLists[] _lists;

    private FillerWords(FillerLists[] lists) => _lists = lists;

    /// <summary>The lists of a language; of English where there are none.</summary>
    public static FillerWords Of(Language? language) =>
        new(language is not null && ByCode.TryGetValue(language.Code, out var lists) ? lists : [English]);

    /// <summary>For every word whether it is one, or a part of one.</summary>
    /// <param name="words">A segment's, with their times.</param>
    public bool[] Find(IReadOnlyList<TranscriptWord> words)
    {
        var found = new bool[words.Count];
        string[] cores = [.. words.Select(word => CharacterClasses.TrimPunctuation(word.Text).ToString())];
        for (int i = 0; i < words.Count; i++)
        {
            int length = _lists.Max(list => MatchAt(list, words, cores, i));
            found.AsSpan(i, length).Fill(true);
            if (length > 1) i += length - 1;
        }
        return found;
    }

    private static int MatchAt(FillerLists list, IReadOnlyList<TranscriptWord> words, string[] cores, int index)
    {
        if (list.Always.Contains(cores[index])) return 1;
        if (list.Last.Contains(cores[index]) && EndsClause(words, index)) return 1;
        foreach (var phrase in list.Hesitant)
        {
            if (IsAt(phrase, cores, index) && IsHesitant(words, cores, index, phrase.Length)) return phrase.Length;
        }
        foreach (var phrase in list.Apart)
        {
            if (!IsAt(phrase, cores, index)) continue;
            bool isApart = (index == 0 || EndsClause(words, index - 1)) && EndsClause(words, index + phrase.Length - 1);
            if (isApart && phrase.Length < words.Count) return phrase.Length;
        }
        return 0;
    }

    private static bool IsAt(string[] phrase, string[] cores, int index)
    {
        if (index + phrase.Length > cores.Length) return false;
        for (int i = 0; i < phrase.Length; i++)
        {
            if (!phrase[i].Equals(cores[index + i], StringComparison.OrdinalIgnoreCase)) return false;
        }
        return true;
    }

    /// <summary>Followed by a comma, a pause or itself: "那个，" but not "那个项目".</summary>
    private static bool IsHesitant(IReadOnlyList<TranscriptWord> words, string[] cores, int index, int length)
    {
        int last = index + length - 1;
        return (last + 1 < words.Count && EndsClause(words, last)) || IsAt(cores[index..(index + length)], cores, index + length);
    }

    /// <summary>Punctuation or a pause behind it, or the end.</summary>
    private static bool EndsClause(IReadOnlyList<TranscriptWord> words, int index) =>
        index == words.Count - 1 || CharacterClasses.IsPunctuation(words[index].Text[^1])
        || (words[index + 1].Start - words[index].End).TotalSeconds >= ShortPause;

    /// <param name="always">Fillers wherever they are; parted by spaces.</param>
    /// <param name="last">At the end of a clause.</param>
    /// <param name="hesitant">Before a comma, a pause or their own repetition; parted by semicolons.</param>
    /// <param name="apart">Between commas or pauses on both sides; parted by semicolons.</param>
    private sealed class FillerLists(string always, string last, string hesitant, string apart)
    {
        public FrozenSet<string> Always { get; } = always.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

        public FrozenSet<string> Last { get; } = last.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

        /// <summary>Longest first.</summary>
        public string[][] Hesitant { get; } = Phrases(hesitant);

        public string[][] Apart { get; } = Phrases(apart);

        private static string[][] Phrases(string list) =>
        [
            .. list.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Split).OrderByDescending(phrase => phrase.Length),
        ];

        private static string[] Split(string phrase)
        {
            var words = TextWords.Split(phrase);
            return [.. Enumerable.Range(0, words.Count).Select(i => words.Core(i).ToString())];
        }
    }
}

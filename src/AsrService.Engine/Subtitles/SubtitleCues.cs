using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Subtitles;

/// <summary>
/// Lays a timed text out as subtitles: cues of up to two lines that break between semantic units where they can, and stay
/// long enough to be read where there is time.
/// </summary>
public static class SubtitleCues
{
    private const int MaxLines = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The cues of a segment, in order.</summary>
    /// <param name="text">The segment.</param>
    /// <param name="words">All its words.</param>
    /// <param name="language">Whose clause words are good places to break; null for none.</param>
    /// <param name="options">Null for the defaults.</param>
    public static IReadOnlyList<SubtitleCue> Lay(
        string text, IReadOnlyList<TranscriptWord> words, Language? language, SubtitleOptions? options = null)
    {
        var places = TextWords.Split(text);
        if (places.Count != words.Count) throw new ArgumentException($"{words.Count} words; the text has {places.Count}.", nameof(words));
        var pauses = new bool[words.Count];
        for (int i = 1; i < pauses.Length; i++) pauses[i] = words[i].Start - words[i - 1].End >= Pause;
        var layout = new Layout(places, words, pauses, options ?? new SubtitleOptions());
        return layout.Run([.. SemanticUnits.FindEnds(places, language, pauses)]);
    }

    /// <summary>Lets every cue stay as long as it takes to read it, but not into the next.</summary>
    public static IReadOnlyList<SubtitleCue> Time(IReadOnlyList<SubtitleCue> cues, TimeSpan duration, SubtitleOptions? options = null)
    {
        options ??= new SubtitleOptions();
        var timed = new List<SubtitleCue>();
        for (int i = 0; i < cues.Count; i++)
        {
            var limit = i + 1 < cues.Count ? cues[i + 1].Start : duration;
            var reading = TimeSpan.FromSeconds(cues[i].Lines.Sum(line => Columns.Of(line)) / options.ColumnsPerSecond);
            if (reading < options.MinDuration) reading = options.MinDuration;
            var end = cues[i].Start + reading;
            if (end > limit) end = limit;
            timed.Add(cues[i] with { End = end > cues[i].End ? end : cues[i].End });
        }
        return timed;
    }

    private sealed class Layout(TextWords places, IReadOnlyList<TranscriptWord> words, bool[] pauses, SubtitleOptions options)
    {
        private readonly List<SubtitleCue> _cues = [];
        private readonly List<(int First, int End)> _lines = [];

        public List<SubtitleCue> Run(int[] unitEnds)
        {
            int first = 0;
            foreach (int end in unitEnds)
            {
                AddUnit(first, end);
                first = end;
            }
            CloseCue();
            return _cues;
        }

        /// <summary>Onto the open line, else onto a new one; a unit longer than a line is broken between words.</summary>
        private void AddUnit(int first, int end)
        {
            if (_lines.Count > 0 && MustBreak(first, end)) CloseCue();
            if (_lines.Count > 0 && Fits(_lines[^1].First, end)) _lines[^1] = (_lines[^1].First, end);
            else if (Fits(first, end) || end - first == 1) Begin(first, end);
            else for (int word = first; word < end; word++) AddUnit(word, word + 1);
        }

        private void Begin(int first, int end)
        {
            bool isSentenceOver = _lines.Count > 0 && EndsSentence(places.Word(_lines[^1].End - 1));
            if (_lines.Count == MaxLines || isSentenceOver) CloseCue();
            _lines.Add((first, end));
        }

        private bool MustBreak(int first, int end)
        {
            var gap = words[first].Start - words[first - 1].End;
            bool isTooLong = words[end - 1].End - words[_lines[0].First].Start > options.MaxDuration;
            return gap >= options.Break || isTooLong || (pauses[first] && EndsSentence(places.Word(first - 1)));
        }

        private bool Fits(int first, int end) => Columns.Of(TextOf(first, end)) <= options.LineColumns;

        private void CloseCue()
        {
            if (_lines.Count == 0) return;
            var (start, end) = (words[_lines[0].First].Start, words[_lines[^1].End - 1].End);
            var least = start + TimeSpan.FromMilliseconds(1);
            _cues.Add(new SubtitleCue(start, end > least ? end : least, [.. _lines.Select(line => TextOf(line.First, line.End))]));
            _lines.Clear();
        }

        private string TextOf(int first, int end) => places.Text[places[first].Start..places[end - 1].End];

        private static bool EndsSentence(ReadOnlySpan<char> word) =>
            word.TrimEnd("\"'”’」』）)") is [.., '.' or '?' or '!' or '。' or '？' or '！' or '…'];
    }
}

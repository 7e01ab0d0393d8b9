using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Alignment;

/// <summary>Gives the words of a final, punctuation and all, the times of the aligner's units: times change, words never.</summary>
public static class AlignedWords
{
    /// <summary>
    /// The same words with aligned times. Words that no unit has a part of (punctuation, symbols) keep their times as far
    /// as those of their neighbours leave room.
    /// </summary>
    /// <param name="words">All words of <paramref name="text"/> with estimated times.</param>
    /// <param name="text">As it was aligned.</param>
    /// <param name="language">As it was aligned.</param>
    /// <param name="units">What the aligner gave for it.</param>
    /// <param name="offset">Of the clip's first sample, on the clock of <paramref name="words"/>.</param>
    /// <returns>Null where the units are not those of the text: a wrong answer moves no word.</returns>
    public static IReadOnlyList<TranscriptWord>? TryApply(
        IReadOnlyList<TranscriptWord> words, string text, Language? language, IReadOnlyList<AlignedUnit> units, TimeSpan offset)
    {
        var places = TextWords.Split(text);
        var split = AlignmentUnits.Split(text, language?.Name);
        if (places.Count != words.Count || split.Count != units.Count || !AreInOrder(units)) return null;
        for (int i = 0; i < split.Count; i++)
        {
            if (split[i].Text != units[i].Text) return null;
        }

        var times = new WordTime?[words.Count];
        for (int word = 0, first = 0; word < times.Length; word++)
        {
            while (first < split.Count && split[first].End <= places[word].Start) first++;
            times[word] = TimeOf(places[word], split, units, first);
        }
        return Merge(words, times, offset);
    }

    /// <summary>The words of an aligned clip; those without a unit are estimated from voice activity.</summary>
    /// <param name="request">What was aligned.</param>
    /// <param name="aligned">What the aligner gave for it.</param>
    public static IReadOnlyList<TranscriptWord> Of(AlignmentRequest request, AlignedText aligned)
    {
        var places = TextWords.Split(request.Text);
        var activity = ClipActivity.Of(request.Samples.Span);
        var times = WordTimes.Estimate(places, activity, activity.Length).Times;
        var words = TranscriptWords.Build(places, times, [], places.Count, TimeSpan.Zero);
        return TryApply(words, request.Text, request.Language, aligned.Units, TimeSpan.Zero)
            ?? throw new ArgumentException("The units are not those of the text.", nameof(aligned));
    }

    private static bool AreInOrder(IReadOnlyList<AlignedUnit> units)
    {
        var last = TimeSpan.Zero;
        foreach (var unit in units)
        {
            if (unit.Start < last || unit.End < unit.Start) return false;
            last = unit.End;
        }
        return true;
    }

    /// <summary>From the word's part of its first unit to that of its last; null where it has none.</summary>
    private static WordTime? TimeOf(
        TextWord word, IReadOnlyList<AlignmentUnit> split, IReadOnlyList<AlignedUnit> units, int first)
    {
        if (first == split.Count || split[first].Start >= word.End) return null;
        int last = first;
        while (last + 1 < split.Count && split[last + 1].Start < word.End) last++;
        return new WordTime(At(split[first], units[first], word.Start), At(split[last], units[last], word.End));
    }

    /// <summary>When a unit has come to a place of the text: a unit of several words passes evenly.</summary>
    private static TimeSpan At(AlignmentUnit unit, AlignedUnit time, int place)
    {
        double share = Math.Clamp((double)(place - unit.Start) / unit.Length, 0, 1);
        return time.Start + TimeSpan.FromMilliseconds(Math.Round((time.End - time.Start).TotalMilliseconds * share));
    }

    private static TranscriptWord[] Merge(IReadOnlyList<TranscriptWord> words, WordTime?[] times, TimeSpan offset)
    {
        var merged = new TranscriptWord[words.Count];
        var upper = new TimeSpan?[words.Count]; // start of the next word with a unit
        for (int i = words.Count - 2; i >= 0; i--) upper[i] = times[i + 1]?.Start + offset ?? upper[i + 1];

        var lower = TimeSpan.MinValue;
        for (int i = 0; i < merged.Length; i++)
        {
            var (start, end) = times[i] is { } time
                ? (offset + time.Start, offset + time.End)
                : (Within(words[i].Start, lower, upper[i]), Within(words[i].End, lower, upper[i]));
            merged[i] = words[i] with { Start = start, End = end };
            lower = end;
        }
        return merged;
    }

    private static TimeSpan Within(TimeSpan time, TimeSpan lower, TimeSpan? upper)
    {
        if (time > upper) time = upper.Value;
        return time < lower ? lower : time;
    }
}

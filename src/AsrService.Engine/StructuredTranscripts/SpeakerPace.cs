using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.StructuredTranscripts;

/// <summary>How fast one speaker speaks, against nobody but the same speaker.</summary>
internal sealed class SpeakerPace
{
    private const int FewestSegments = 5;
    private const double ShortestSegment = 3; // s of speech
    private const double Slow = 0.75, Fast = 1.33, SlowAfterPause = 0.85;
    private const int FewestUnits = 4;
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(3);

    private readonly double? _median;

    /// <summary>Learns the median from all segments of a speaker.</summary>
    public SpeakerPace(IEnumerable<IReadOnlyList<TranscriptWord>> segments)
    {
        double[] paces = [.. segments
            .Select(words => Measure(words, 0, TimeSpan.MaxValue))
            .Where(measure => measure.Seconds >= ShortestSegment)
            .Select(measure => measure.PerMinute)
            .Order()];
        if (paces.Length >= FewestSegments) _median = (paces[(paces.Length - 1) / 2] + paces[paces.Length / 2]) / 2;
    }

    /// <summary>The shortest silence that is a pause.</summary>
    public static TimeSpan MinPause { get; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The pace of a segment.</summary>
    public SpeakingPace Of(IReadOnlyList<TranscriptWord> words)
    {
        var measure = Measure(words, 0, TimeSpan.MaxValue);
        if (measure.Units < FewestUnits || measure.Seconds <= 0) return new SpeakingPace(null, null, PaceLabel.Unknown);
        double pace = Math.Round(measure.PerMinute, 1);
        if (_median is null) return new SpeakingPace(pace, null, PaceLabel.Unknown);
        double ratio = measure.PerMinute / _median.Value;
        return new SpeakingPace(
            pace, Math.Round(ratio, 3), ratio < Slow ? PaceLabel.Slow : ratio > Fast ? PaceLabel.Fast : PaceLabel.Normal);
    }

    /// <summary>Whether what follows a pause is slower than usual.</summary>
    /// <param name="words">All words of the speaker.</param>
    /// <param name="index">The first behind the pause.</param>
    public bool IsSlowFrom(IReadOnlyList<TranscriptWord> words, int index)
    {
        if (_median is null) return false;
        var measure = Measure(words, index, words[index].Start + Behind);
        return measure.Units >= FewestUnits && measure.PerMinute < SlowAfterPause * _median;
    }

    /// <summary>Words from one on, up to those that begin at a time, and the time they take without pauses.</summary>
    private static (int Units, double Seconds, double PerMinute) Measure(IReadOnlyList<TranscriptWord> words, int from, TimeSpan until)
    {
        int units = 0;
        var spoken = TimeSpan.Zero;
        for (int i = from; i < words.Count && words[i].Start < until; i++)
        {
            int own = UnitsOf(words[i].Text);
            units += own;
            if (own > 0) spoken += words[i].End - words[i].Start;
            bool isJoined = own > 0 && i + 1 < words.Count && words[i + 1].Start < until;
            if (!isJoined) continue;
            var gap = words[i + 1].Start - words[i].End;
            if (gap > TimeSpan.Zero && gap < MinPause) spoken += gap;
        }
        return (units, spoken.TotalSeconds, spoken > TimeSpan.Zero ? units / spoken.TotalMinutes : 0);
    }

    private static int UnitsOf(string word)
    {
        var core = CharacterClasses.TrimPunctuation(word);
        if (core.IsEmpty) return 0;
        return CharacterClasses.Of(core) == CharacterClass.Unspaced ? 1 : 2;
    }
}

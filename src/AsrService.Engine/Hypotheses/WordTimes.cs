namespace AsrService.Engine.Hypotheses;

/// <summary>
/// Estimates when the words of a text were said from the places where there was speech: words fill them in proportion
/// to how long they take to say, and a pause falls between two words.
/// </summary>
internal static class WordTimes
{
    /// <summary>What activity is measured in.</summary>
    public static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(10);

    /// <summary>The estimate; a pure function of its arguments.</summary>
    /// <param name="words">The text.</param>
    /// <param name="activity">For each hop of 10 ms from the segment's first sample, whether it is speech.</param>
    /// <param name="hopsHeard">Hops that the text was made from; no time is behind them.</param>
    public static WordTimeline Estimate(TextWords words, ReadOnlySpan<bool> activity, int hopsHeard)
    {
        int count = words.Count;
        if (count == 0) return new WordTimeline([], []);

        var stretches = SpeechStretch.Find(activity[..Math.Min(activity.Length, hopsHeard)]);
        if (stretches.Count == 0) stretches.Add(new SpeechStretch(0, hopsHeard)); // speech too soft for the detector

        double[] lengths = Accumulate(words);
        int[] borders = PauseFitting.Fit(words, lengths, stretches);
        var times = new WordTime[count];
        var pauseBefore = new bool[count];
        for (int i = 0; i < stretches.Count; i++)
        {
            int first = borders[i], end = borders[i + 1];
            if (first == end) continue;
            pauseBefore[first] = first > 0;
            Spread(lengths.AsSpan(first, end - first + 1), stretches[i], times.AsSpan(first, end - first));
        }
        return new WordTimeline(times, pauseBefore);
    }

    /// <summary>Spoken length of all words before each word, and of all words.</summary>
    private static double[] Accumulate(TextWords words)
    {
        var sums = new double[words.Count + 1];
        for (int i = 0; i < words.Count; i++)
            sums[i + 1] = sums[i] + SpokenLength.Of(words.Word(i), words[i].IsUnspaced);
        return sums;
    }

    private static void Spread(ReadOnlySpan<double> sums, SpeechStretch stretch, Span<WordTime> times)
    {
        double rate = stretch.Length / (sums[^1] - sums[0]);
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = new WordTime(
                Hop * (stretch.Start + (sums[i] - sums[0]) * rate),
                Hop * (stretch.Start + (sums[i + 1] - sums[0]) * rate));
        }
    }
}

namespace AsrService.Engine.Hypotheses;

/// <summary>
/// Decides which words were said in which stretch of speech. Every pause gets a border between words, near the place
/// where an even pace would put it, preferably behind punctuation, so that the pace of all stretches is much the same.
/// </summary>
/// <remarks>
/// The cheapest choice over all pauses, by dynamic programming over few candidates for each: linear in the pauses, which
/// 30 s cannot have many of.
/// </remarks>
internal static class PauseFitting
{
    private const int Reach = 8;              // candidates: the border at an even pace and so many on either side
    private const double NoPunctuation = 1.5; // cost of a pause between two words without punctuation

    /// <summary>For every stretch the first of its words, then the number of words; a stretch may have none.</summary>
    /// <param name="words">The text.</param>
    /// <param name="lengths">Spoken length of the words before each word, and of all.</param>
    /// <param name="stretches">At least one.</param>
    public static int[] Fit(TextWords words, double[] lengths, IReadOnlyList<SpeechStretch> stretches)
    {
        int count = stretches.Count;
        var borders = new int[count + 1];
        borders[count] = words.Count;
        if (count == 1) return borders;

        double spoken = 0;
        foreach (var stretch in stretches) spoken += stretch.Length;
        double pace = spoken / lengths[^1];

        const int Width = 2 * Reach + 1;
        var costs = new double[Width];
        var next = new double[Width];
        var from = new int[count * Width]; // [stretches, candidates]: the best border at the stretch's start
        var (low, high, heard) = (0, 0, 0.0);
        for (int i = 0; i < count; i++)
        {
            heard += stretches[i].Length;
            var (nextLow, nextHigh) = i == count - 1 ? (words.Count, words.Count) : Around(lengths, heard / pace);
            for (int border = nextLow; border <= nextHigh; border++)
            {
                double best = double.PositiveInfinity;
                for (int start = low; start <= Math.Min(border, high); start++)
                {
                    double cost = costs[start - low] + Misfit(stretches[i].Length, (lengths[border] - lengths[start]) * pace);
                    if (cost < best) (best, from[i * Width + border - nextLow]) = (cost, start);
                }
                next[border - nextLow] = best + BorderCost(words, border);
            }
            (low, high) = (nextLow, nextHigh);
            (costs, next) = (next, costs);
            borders[i] = low; // for now, the base of this row of candidates; the way back replaces it
        }

        return WalkBack(borders, from, Width);
    }

    private static int[] WalkBack(int[] borders, int[] from, int width)
    {
        int end = borders[^1];
        for (int i = borders.Length - 2; i >= 0; i--)
        {
            int start = from[i * width + end - borders[i]];
            borders[i] = start;
            end = start;
        }
        return borders;
    }

    private static (int Low, int High) Around(double[] lengths, double place)
    {
        int nearest = Array.BinarySearch(lengths, place);
        if (nearest < 0) nearest = ~nearest;
        return (Math.Max(nearest - Reach, 0), Math.Min(nearest + Reach, lengths.Length - 1));
    }

    /// <summary>Grows with the square of the difference, and less for long stretches, whose pace evens out.</summary>
    private static double Misfit(double heard, double expected)
    {
        double difference = heard - expected;
        return difference * difference / (10 * (heard + expected + 20));
    }

    private static double BorderCost(TextWords words, int border)
    {
        if (border == 0 || border == words.Count) return 0;
        return CharacterClasses.IsPunctuation(words.Word(border - 1)[^1]) ? 0 : NoPunctuation;
    }
}

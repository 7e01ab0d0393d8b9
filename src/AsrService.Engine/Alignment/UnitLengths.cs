namespace AsrService.Engine.Alignment;

/// <summary>
/// The second pass over the times: every unit gets a length. A unit whose start and end are of the same
/// class is mostly a short word, so it is given a little of the speech around it. docs/alignment.md describes it.
/// </summary>
/// <remarks>
/// A run of short units is placed as near as possible to where it was: in the speech between its neighbours, else in what
/// the neighbours can give up, else all units share the clip with the least squared change of their times.
/// </remarks>
internal static class UnitLengths
{
    /// <summary>The shortest unit, in milliseconds.</summary>
    public const int Shortest = 20;

    private const int Wanted = 40; // half a class: where there is room, the middle of what the model cannot tell apart
    private const int Hop = 10;

    /// <summary>Changes times in place, in milliseconds; none is behind the clip's end afterwards.</summary>
    /// <param name="times">Start and end of each unit in turn; none before the one before it.</param>
    /// <param name="activity">For each hop of 10 ms of the clip whether it is speech.</param>
    /// <param name="clip">Length of the clip.</param>
    /// <returns>How many units were too short.</returns>
    public static int Ensure(Span<int> times, ReadOnlySpan<bool> activity, int clip)
    {
        foreach (ref int time in times) time = Math.Min(time, clip);
        var stretches = Stretches(activity, clip);
        int count = times.Length / 2, tooShort = 0;
        bool isDone = true;
        for (int first = 0, end; first < count; first = end)
        {
            end = first + 1;
            if (!IsShort(times, first)) continue;
            while (end < count && IsShort(times, end)) end++;
            tooShort += end - first;
            isDone &= Place(times, first, end, stretches, clip);
        }
        if (!isDone) Share(times, clip);
        return tooShort;
    }

    private static bool IsShort(ReadOnlySpan<int> times, int unit) => times[2 * unit + 1] - times[2 * unit] < Shortest;

    /// <summary>Places the units [first, end) in the speech around them; false where there is too little.</summary>
    private static bool Place(Span<int> times, int first, int end, List<(int Start, int End)> stretches, int clip)
    {
        int left = first == 0 ? 0 : times[2 * first - 1], right = 2 * end == times.Length ? clip : times[2 * end];
        if (TryPlace(times, first, end, Wanted, left, right, stretches)) return true;
        if (TryPlace(times, first, end, Shortest, left, right, stretches)) return true;

        if (first > 0) left = times[2 * first - 2] + Shortest;
        if (2 * end < times.Length) right = times[2 * end + 1] - Shortest;
        if (!TryPlace(times, first, end, Shortest, left, right, stretches)) return false;
        if (first > 0) times[2 * first - 1] = Math.Min(times[2 * first - 1], times[2 * first]);
        if (2 * end < times.Length) times[2 * end] = Math.Max(times[2 * end], times[2 * end - 1]);
        return true;
    }

    private static bool TryPlace(
        Span<int> times, int first, int end, int length, int left, int right, List<(int Start, int End)> stretches)
    {
        int needed = (end - first) * length, wanted = (times[2 * first] + times[2 * end - 1] - needed) / 2;
        int? best = null;
        foreach (var stretch in stretches)
        {
            int from = Math.Max(left, stretch.Start), to = Math.Min(right, stretch.End) - needed;
            if (from > to) continue;
            int start = Math.Clamp(wanted, from, to);
            if (best is null || Math.Abs(start - wanted) < Math.Abs(best.Value - wanted)) best = start;
        }
        if (best is null) return false;
        for (int unit = first; unit < end; unit++)
        {
            times[2 * unit] = best.Value + (unit - first) * length;
            times[2 * unit + 1] = times[2 * unit] + length;
        }
        return true;
    }

    /// <summary>
    /// All units at least that long, or as long as the clip allows, in order and within it: bounded isotonic regression
    /// by pooling adjacent violators (Barlow and others 1972).
    /// </summary>
    private static void Share(Span<int> times, int clip)
    {
        double least = Math.Min(Shortest, clip / (times.Length / 2.0)), slack = Math.Max(0, clip - least * (times.Length / 2));
        var pools = new List<(double Sum, int Count)>();
        for (int i = 0; i < times.Length; i++)
        {
            var pool = (Sum: times[i] - Before(i, least), Count: 1);
            while (pools.Count > 0 && pools[^1].Sum / pools[^1].Count >= pool.Sum / pool.Count)
            {
                pool = (pool.Sum + pools[^1].Sum, pool.Count + pools[^1].Count);
                pools.RemoveAt(pools.Count - 1);
            }
            pools.Add(pool);
        }

        int next = 0;
        foreach (var (sum, count) in pools)
        {
            double level = Math.Floor(Math.Clamp(sum / count, 0, slack));
            for (int i = 0; i < count; i++, next++) times[next] = (int)(level + Before(next, least));
        }
    }

    /// <summary>The least time that the units before a slot take.</summary>
    private static double Before(int slot, double least) => (slot + 1) / 2 * least;

    /// <summary>Stretches of speech in milliseconds; the whole clip where there is no speech at all.</summary>
    private static List<(int Start, int End)> Stretches(ReadOnlySpan<bool> activity, int clip)
    {
        var found = new List<(int, int)>();
        for (int i = 0; i < activity.Length;)
        {
            int start = activity[i..].IndexOf(true);
            if (start < 0) break;
            start += i;
            int length = activity[start..].IndexOf(false);
            i = length < 0 ? activity.Length : start + length;
            found.Add((start * Hop, i * Hop));
        }
        if (found.Count == 0) found.Add((0, clip));
        return found;
    }
}

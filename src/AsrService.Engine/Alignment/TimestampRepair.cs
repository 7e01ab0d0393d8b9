namespace AsrService.Engine.Alignment;

/// <summary>
/// Makes the aligner's slot times non-decreasing: the longest non-decreasing subsequence is believed, every run of
/// other slots is filled in from its believed neighbours.
/// </summary>
/// <remarks>
/// Reference: qwen_asr/inference/qwen3_forced_aligner.py, fix_timestamp, which is quadratic; this is O(m log m) with
/// the same ties: the earliest of the best predecessors, the earliest of the longest chains' ends.
/// </remarks>
public static class TimestampRepair
{
    private const int LongRun = 3; // runs this long are interpolated, shorter ones copy a neighbour

    /// <summary>Repaired times in the order given: start and end of each unit in turn, in milliseconds.</summary>
    public static int[] Apply(ReadOnlySpan<int> milliseconds)
    {
        var times = milliseconds.ToArray();
        var isGood = FindChain(times);
        for (int start = 0; start < times.Length;)
        {
            int end = start;
            while (end < times.Length && !isGood[end]) end++;
            if (end > start) Fill(times, start, end);
            start = end + 1;
        }

        return times;
    }

    /// <summary>Marks the members of the chain.</summary>
    private static bool[] FindChain(int[] times)
    {
        var best = new BestChainBelow(times);
        var predecessor = new int[times.Length];
        var last = (Length: 0, End: -1);
        for (int i = 0; i < times.Length; i++)
        {
            var (length, end) = best.Find(times[i]);
            predecessor[i] = end;
            best.Add(times[i], length + 1, i);
            if (length + 1 > last.Length) last = (length + 1, i);
        }

        var isMember = new bool[times.Length];
        for (int i = last.End; i >= 0; i = predecessor[i]) isMember[i] = true;
        return isMember;
    }

    /// <summary>Fills the run [start, end), whose neighbours are good wherever they exist.</summary>
    private static void Fill(int[] times, int start, int end)
    {
        bool hasLeft = start > 0;
        bool hasRight = end < times.Length;
        int run = end - start;
        double left = times[hasLeft ? start - 1 : end]; // a chain has a member, so one of the two exists
        double right = times[hasRight ? end : start - 1];
        double step = (right - left) / (run + 1);
        for (int k = start; k < end; k++)
        {
            int fromLeft = k - (start - 1);
            bool isNearerLeft = fromLeft <= end - k;
            if (run >= LongRun) times[k] = (int)(left + step * fromLeft);
            else times[k] = (int)(isNearerLeft ? left : right);
        }
    }

    /// <summary>
    /// The longest chain ending at or below a time: a Fenwick tree of maxima over the sorted distinct times.
    /// </summary>
    private sealed class BestChainBelow
    {
        private readonly int[] _distinct;
        private readonly (int Length, int End)[] _tree;

        public BestChainBelow(int[] times)
        {
            _distinct = [.. times.Distinct().Order()];
            _tree = new (int, int)[_distinct.Length + 1];
            Array.Fill(_tree, (0, -1));
        }

        /// <summary>Length and end of the best chain; length 0 and end -1 when there is none.</summary>
        public (int Length, int End) Find(int time)
        {
            var best = (Length: 0, End: -1);
            for (int node = Place(time); node > 0; node &= node - 1) best = Better(best, _tree[node]);
            return best;
        }

        public void Add(int time, int length, int end)
        {
            for (int node = Place(time); node < _tree.Length; node += node & -node)
                _tree[node] = Better(_tree[node], (length, end));
        }

        private int Place(int time) => Array.BinarySearch(_distinct, time) + 1;

        private static (int Length, int End) Better((int Length, int End) a, (int Length, int End) b)
        {
            if (a.Length != b.Length) return a.Length > b.Length ? a : b;
            return a.End <= b.End ? a : b; // the earlier
        }
    }
}

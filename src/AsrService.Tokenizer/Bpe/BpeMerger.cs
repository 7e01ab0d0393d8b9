namespace AsrService.Tokenizer;

/// <summary>
/// Merges the bytes of one unit: again and again the neighbours of lowest rank, leftmost first, until none has a merge.
/// Two ways to the same ids: a scan for units of everyday length, a queue for the rest, so that a run of 100,000
/// letters costs n log n and not n².
/// </summary>
internal sealed class BpeMerger(Vocabulary vocabulary, MergeTable merges)
{
    /// <summary>
    /// Longest unit in bytes that is scanned: measured, the queue is as fast from here on, but it allocates.
    /// </summary>
    internal const int LongestScan = 64;

    private const int NoMerge = int.MaxValue;
    private readonly int[] _byteIds = ByteIds(vocabulary);

    /// <summary>Appends the ids of a unit.</summary>
    public void Merge(ReadOnlySpan<byte> unit, List<int> into)
    {
        if (unit.Length <= LongestScan) MergeByScan(unit, into);
        else MergeByQueue(unit, into);
    }

    internal void MergeByScan(ReadOnlySpan<byte> unit, List<int> into)
    {
        int count = unit.Length;
        Span<int> ids = stackalloc int[LongestScan];
        Span<int> ranks = stackalloc int[LongestScan]; // of the pair that starts here
        for (int i = 0; i < count; i++) ids[i] = _byteIds[unit[i]];
        for (int i = 0; i < count - 1; i++) ranks[i] = Rank(ids[i], ids[i + 1]);
        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i < count - 1; i++)
            {
                if (ranks[i] < ranks[best]) best = i;
            }

            if (ranks[best] == NoMerge) break;
            merges.TryGet(ids[best], ids[best + 1], out var merge);
            ids[best] = merge.Id;
            ids[(best + 2)..count].CopyTo(ids[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            count--;
            if (best > 0) ranks[best - 1] = Rank(ids[best - 1], ids[best]);
            if (best < count - 1) ranks[best] = Rank(ids[best], ids[best + 1]);
        }

        foreach (int id in ids[..count]) into.Add(id);
    }

    internal void MergeByQueue(ReadOnlySpan<byte> unit, List<int> into)
    {
        var ids = new int[unit.Length]; // -1 once merged into the one before
        var next = new int[unit.Length];
        var previous = new int[unit.Length];
        var queue = new PriorityQueue<(int Left, int LeftId, int RightId, int MergedId), ulong>();
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = _byteIds[unit[i]];
            next[i] = i + 1;
            previous[i] = i - 1;
        }

        for (int i = 0; i < ids.Length; i++) Enqueue(i);
        while (queue.TryDequeue(out var pair, out _))
        {
            int left = pair.Left;
            int right = next[left];
            bool isStale = ids[left] != pair.LeftId || right >= ids.Length || ids[right] != pair.RightId;
            if (isStale) continue;

            ids[left] = pair.MergedId;
            ids[right] = -1;
            next[left] = next[right];
            if (next[left] < ids.Length) previous[next[left]] = left;
            Enqueue(previous[left]);
            Enqueue(left);
        }

        for (int i = 0; i < ids.Length; i = next[i]) into.Add(ids[i]);

        void Enqueue(int left)
        {
            if (left < 0 || next[left] >= ids.Length) return;
            int leftId = ids[left];
            int rightId = ids[next[left]];
            if (merges.TryGet(leftId, rightId, out var merge))
                queue.Enqueue((left, leftId, rightId, merge.Id), ((ulong)(uint)merge.Rank << 32) | (uint)left);
        }
    }

    private int Rank(int left, int right) => merges.TryGet(left, right, out var merge) ? merge.Rank : NoMerge;

    private static int[] ByteIds(Vocabulary vocabulary)
    {
        var ids = new int[256];
        for (int b = 0; b < ids.Length; b++) vocabulary.TryGetId([(byte)b], out ids[b]); // the loader saw to all 256
        return ids;
    }
}

namespace AsrService.Tokenizer;

/// <summary>One merge: lower ranks go first.</summary>
internal readonly record struct Merge(int Rank, int Id);

/// <summary>Merges by the pair of ids they join. Filled by one thread, then read by many.</summary>
internal sealed class MergeTable
{
    private readonly Dictionary<ulong, Merge> _merges = [];

    /// <summary>Number of distinct pairs.</summary>
    public int Count => _merges.Count;

    /// <summary>Makes room for this many merges.</summary>
    public void Reserve(int count) => _merges.EnsureCapacity(count);

    /// <summary>A pair listed twice has its last rank, as in the reference.</summary>
    public void Set(int left, int right, Merge merge) => _merges[Key(left, right)] = merge;

    /// <summary>The merge of two neighbours, where there is one.</summary>
    public bool TryGet(int left, int right, out Merge merge) => _merges.TryGetValue(Key(left, right), out merge);

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}

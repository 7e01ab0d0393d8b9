namespace AsrService.Kernels;

/// <summary>Heads of an attention block.</summary>
/// <param name="Heads">Query heads, a multiple of <paramref name="KvHeads"/>.</param>
/// <param name="KvHeads">Key and value heads; query head h reads key head h / (Heads / KvHeads).</param>
/// <param name="HeadDim">Values of one head; even.</param>
public readonly record struct HeadShape(int Heads, int KvHeads, int HeadDim)
{
    /// <summary>Query heads that share one key head.</summary>
    public int Group => Heads / KvHeads;

    /// <summary>Columns of a row of queries, keys and values.</summary>
    public int QkvColumns => (Heads + 2 * KvHeads) * HeadDim;

    /// <summary>Columns of the attention's output.</summary>
    public int OutputColumns => Heads * HeadDim;

    /// <summary>Factor of the scores: HeadDim^-½.</summary>
    public float Scale => 1f / MathF.Sqrt(HeadDim);
}

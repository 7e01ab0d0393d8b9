namespace AsrService.Kernels.Simd;

/// <summary>What one attention call computes; lives on the caller's stack while the workers run.</summary>
internal unsafe struct AttentionJob
{
    public float* Qkv;
    public float* Y;
    public int Heads;
    public int KvHeads;
    public int HeadDim;
    public float Scale;

    /// <summary>Rows of queries computed together: first row, rows, and where the sequence's blocks begin in Blocks.</summary>
    public AttentionTile* Tiles;

    /// <summary>Cached attention: KV blocks of all sequences, one after the other.</summary>
    public byte** Blocks;
    public long LayerOffset;
    public bool IsBf16;
    public int* Positions;

    public float* Scratch;
    public long ScratchStride;

    public readonly int Group => Heads / KvHeads;

    public readonly int Columns => (Heads + 2 * KvHeads) * HeadDim;

    public readonly int OutputColumns => Heads * HeadDim;
}

/// <summary>Rows of queries of one sequence, or one whole encoder window.</summary>
internal struct AttentionTile
{
    public int FirstRow;
    public int Rows;
    public int FirstBlock;
}

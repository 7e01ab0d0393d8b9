namespace AsrService.Kernels.Memory;

/// <summary>
/// Key/value blocks in native memory: <c>[layers, kvHeads, {keys: [headDim, 64], values: [64, headDim]}]</c>. Keys lie
/// by dimension, so that the scores of 64 positions are computed in lanes without a horizontal sum.
/// </summary>
internal sealed unsafe class CpuKvCache(KvGeometry geometry) : KvCache(geometry)
{
    private readonly List<NativeBuffer> _blocks = [];

    /// <summary>Values of the keys, or of the values, of one head in one block.</summary>
    public int HalfSize => Geometry.HeadDim * BlockPositions;

    /// <summary>First byte of a layer and key head inside a block.</summary>
    public long OffsetOf(int layer, int kvHead) =>
        ((long)layer * Geometry.KvHeads + kvHead) * 2 * HalfSize * Geometry.Type.Size();

    public byte* Block(int sequence, int index) => _blocks[BlockOf(sequence, index)].Start;

    protected override void CreateBlock(int block) => _blocks.Add(new NativeBuffer(Geometry.BlockBytes));

    protected override void CopyBlock(int from, int to)
    {
        Buffer.MemoryCopy(_blocks[from].Start, _blocks[to].Start, Geometry.BlockBytes, Geometry.BlockBytes);
        GC.KeepAlive(this);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var block in _blocks) block.Dispose();
        _blocks.Clear();
    }
}

namespace AsrService.Kernels.Reference;

/// <summary>Keys and values as arrays by block, layer, position and head, rounded through the cache's format.</summary>
internal sealed class ReferenceKvCache(KvGeometry geometry) : KvCache(geometry)
{
    private readonly List<float[][,][]> _blocks = []; // [block][position][layer, {keys 0..kvHeads−1, values kvHeads..}]

    /// <summary>Stores the keys of all heads, followed by the values of all heads.</summary>
    public void Store(int sequence, int layer, int position, ReadOnlySpan<float> keysAndValues)
    {
        var row = Row(sequence, position);
        for (int h = 0; h < 2 * Geometry.KvHeads; h++)
        {
            var head = keysAndValues.Slice(h * Geometry.HeadDim, Geometry.HeadDim).ToArray();
            if (Geometry.Type == DType.BF16)
            {
                for (int i = 0; i < head.Length; i++) head[i] = Bf16.ToSingle(Bf16.FromSingle(head[i]));
            }
            row[layer, h] = head;
        }
    }

    public float[] Key(int sequence, int layer, int position, int kvHead) => Row(sequence, position)[layer, kvHead];

    public float[] Value(int sequence, int layer, int position, int kvHead) =>
        Row(sequence, position)[layer, Geometry.KvHeads + kvHead];

    protected override void CreateBlock(int block)
    {
        var positions = new float[BlockPositions][,][];
        for (int i = 0; i < positions.Length; i++) positions[i] = new float[Geometry.Layers, 2 * Geometry.KvHeads][];
        _blocks.Add(positions);
    }

    protected override void CopyBlock(int from, int to)
    {
        for (int i = 0; i < BlockPositions; i++) _blocks[to][i] = (float[,][])_blocks[from][i].Clone(); // heads are replaced, never written into
    }

    protected override void Dispose(bool disposing) => _blocks.Clear();

    private float[,][] Row(int sequence, int position) =>
        _blocks[BlockOf(sequence, position / BlockPositions)][position % BlockPositions];
}

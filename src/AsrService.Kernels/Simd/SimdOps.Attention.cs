using System.Runtime.InteropServices;
using AsrService.Kernels.Memory;

namespace AsrService.Kernels.Simd;

internal sealed unsafe partial class SimdOps<TL, TV>
{
    /// <summary>Query rows computed together, so that a block of keys is widened once for all of them.</summary>
    private const int CachedTileRows = 16;

    private readonly List<AttentionTile> _tiles = [];
    private readonly List<nint> _blocks = [];
    private NativeBuffer? _scratch;

    public void AttendCached(
        Tensor qkv, HeadShape heads, KvCache cache, int layer, ReadOnlySpan<int> sequences, ReadOnlySpan<int> positions, Tensor y)
    {
        var store = (CpuKvCache)cache;
        CheckAttention(qkv, heads, y);
        CheckCache(store, heads, layer);
        ShapeException.Require("sequences", qkv.Rows, sequences.Length);
        ShapeException.Require("positions", qkv.Rows, positions.Length);
        y.Resize(qkv.Rows);
        FindTiles(store, sequences, positions);

        var tiles = CollectionsMarshal.AsSpan(_tiles);
        var blocks = CollectionsMarshal.AsSpan(_blocks);
        fixed (AttentionTile* tile = tiles)
        fixed (nint* block = blocks)
        fixed (int* position = positions)
        {
            var job = NewJob(qkv, heads, y, CachedTileRows);
            job.Tiles = tile;
            job.Blocks = (byte**)block;
            job.Positions = position;
            job.LayerOffset = store.OffsetOf(layer, 0);
            job.IsBf16 = store.Geometry.Type == DType.BF16;
            _workers.Run(&StoreItem, &job, tiles.Length);
            _workers.Run(&Attention<TL, TV>.CachedItem, &job, tiles.Length * heads.KvHeads);
        }
        Held.UntilHere(qkv, cache, y, this);
    }

    public void AttendWindows(Tensor qkv, HeadShape heads, ReadOnlySpan<int> lengths, Tensor y)
    {
        CheckAttention(qkv, heads, y);
        ShapeException.Require("key heads", heads.Heads, heads.KvHeads);
        y.Resize(qkv.Rows);
        _tiles.Clear();
        int first = 0, longest = 0;
        foreach (int length in lengths)
        {
            if (length < 0) throw new ShapeException($"a window of {length} rows.");
            _tiles.Add(new AttentionTile { FirstRow = first, Rows = length });
            longest = Math.Max(longest, length);
            first += length;
        }
        ShapeException.Require("rows of all windows", qkv.Rows, first);

        var tiles = CollectionsMarshal.AsSpan(_tiles);
        fixed (AttentionTile* tile = tiles)
        {
            var job = NewJob(qkv, heads, y, longest);
            job.Tiles = tile;
            _workers.Run(&Attention<TL, TV>.WindowItem, &job, tiles.Length * heads.KvHeads);
        }
        Held.UntilHere(qkv, y, this);
    }

    private static void CheckAttention(Tensor qkv, HeadShape heads, Tensor y)
    {
        ShapeException.Require("columns of queries, keys and values", heads.QkvColumns, qkv.Columns);
        ShapeException.Require("columns of the attention's output", heads.OutputColumns, y.Columns);
        ShapeException.Require("query heads beyond whole groups", 0, heads.Heads % heads.KvHeads);
        if (ReferenceEquals(y, qkv)) throw new ShapeException("attention cannot replace its own input.");
    }

    private static void CheckCache(CpuKvCache cache, HeadShape heads, int layer)
    {
        ShapeException.Require("key heads of the cache", cache.Geometry.KvHeads, heads.KvHeads);
        ShapeException.Require("head size of the cache", cache.Geometry.HeadDim, heads.HeadDim);
        if ((uint)layer >= (uint)cache.Geometry.Layers)
            throw new ShapeException($"layer {layer} is not in 0..{cache.Geometry.Layers - 1}.");
    }

    /// <summary>Positions of a tile ascend, so that its last one bounds the blocks it needs, and the cache holds it.</summary>
    private static void CheckTile(CpuKvCache cache, int sequence, ReadOnlySpan<int> positions)
    {
        for (int i = 1; i < positions.Length; i++)
        {
            if (positions[i] <= positions[i - 1])
                throw new ShapeException($"sequence {sequence}: position {positions[i]} follows {positions[i - 1]}.");
        }
        if (positions[0] < 0 || positions[^1] >= cache.LengthOf(sequence))
            throw new ShapeException($"sequence {sequence}: positions {positions[0]}..{positions[^1]} of {cache.LengthOf(sequence)}.");
    }

    private static void StoreItem(void* state, int item, int worker)
    {
        ref var job = ref *(AttentionJob*)state;
        var tile = job.Tiles[item];
        for (int row = tile.FirstRow; row < tile.FirstRow + tile.Rows; row++)
        {
            byte* block = job.Blocks[tile.FirstBlock + job.Positions[row] / KvCache.BlockPositions];
            Attention<TL, TV>.Store(ref job, row, block);
        }
    }

    /// <summary>Cuts the rows into tiles of one sequence and lists the KV blocks each tile walks.</summary>
    private void FindTiles(CpuKvCache cache, ReadOnlySpan<int> sequences, ReadOnlySpan<int> positions)
    {
        _tiles.Clear();
        _blocks.Clear();
        for (int row = 0; row < sequences.Length;)
        {
            int end = row + 1;
            while (end < sequences.Length && end - row < CachedTileRows && sequences[end] == sequences[row]) end++;
            CheckTile(cache, sequences[row], positions[row..end]);
            _tiles.Add(new AttentionTile { FirstRow = row, Rows = end - row, FirstBlock = _blocks.Count });
            for (int block = 0; block <= positions[end - 1] / KvCache.BlockPositions; block++)
                _blocks.Add((nint)cache.Block(sequences[row], block));
            row = end;
        }
    }

    private AttentionJob NewJob(Tensor qkv, HeadShape heads, Tensor y, int tileRows)
    {
        long floats = Attention<TL, TV>.ScratchFloats(heads.HeadDim, heads.Group, tileRows);
        long bytes = floats * sizeof(float) * _workers.Threads;
        if (_scratch is null || _scratch.Bytes < bytes)
        {
            _scratch?.Dispose();
            _scratch = new NativeBuffer(bytes);
        }
        return new AttentionJob
        {
            Qkv = Cpu(qkv).Data,
            Y = Cpu(y).Data,
            Heads = heads.Heads,
            KvHeads = heads.KvHeads,
            HeadDim = heads.HeadDim,
            Scale = heads.Scale,
            Scratch = _scratch.Floats,
            ScratchStride = floats,
        };
    }
}

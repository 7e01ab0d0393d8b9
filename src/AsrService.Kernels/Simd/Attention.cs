using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Simd;

/// <summary>Attention of one tile of queries and one key head; workers split tiles and heads, never keys.</summary>
internal static unsafe class Attention<TL, TV>
    where TL : struct, ILanes<TV>
    where TV : struct
{
    private const int BlockPositions = KvCache.BlockPositions;

    /// <summary>Floats of scratch a worker needs.</summary>
    public static long ScratchFloats(int headDim, int group, int tileRows) =>
        2L * headDim * BlockPositions + (long)tileRows * group * (headDim + 2);

    /// <summary>Copies keys and values of one row into its sequence's KV block.</summary>
    public static void Store(ref AttentionJob job, int row, byte* block)
    {
        float* keys = job.Qkv + (long)row * job.Columns + job.Heads * job.HeadDim;
        float* values = keys + job.KvHeads * job.HeadDim;
        int at = job.Positions[row] % BlockPositions;
        int halfSize = job.HeadDim * BlockPositions;
        for (int head = 0; head < job.KvHeads; head++, keys += job.HeadDim, values += job.HeadDim)
        {
            byte* to = block + job.LayerOffset + (long)head * 2 * halfSize * (job.IsBf16 ? 2 : 4);
            for (int i = 0; i < job.HeadDim; i++)
            {
                if (job.IsBf16)
                {
                    ((ushort*)to)[i * BlockPositions + at] = Bf16.FromSingle(keys[i]);
                    ((ushort*)to)[halfSize + at * job.HeadDim + i] = Bf16.FromSingle(values[i]);
                }
                else
                {
                    ((float*)to)[i * BlockPositions + at] = keys[i];
                    ((float*)to)[halfSize + at * job.HeadDim + i] = values[i];
                }
            }
        }
    }

    /// <summary>Item = tile · kvHeads + head: causal attention over the sequence's cached blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CachedItem(void* state, int item, int worker)
    {
        ref var job = ref *(AttentionJob*)state;
        var tile = job.Tiles[item / job.KvHeads];
        int head = item % job.KvHeads;
        int halfSize = job.HeadDim * BlockPositions;
        float* expanded = job.Scratch + worker * job.ScratchStride;
        float* running = expanded + 2 * halfSize;
        Begin(ref job, tile.Rows, running);

        int last = job.Positions[tile.FirstRow + tile.Rows - 1] / BlockPositions;
        for (int block = 0; block <= last; block++)
        {
            byte* stored = job.Blocks[tile.FirstBlock + block] + job.LayerOffset + (long)head * 2 * halfSize * (job.IsBf16 ? 2 : 4);
            float* keys = job.IsBf16 ? Expand((ushort*)stored, 2 * halfSize, expanded) : (float*)stored;
            for (int r = 0; r < tile.Rows; r++)
            {
                int valid = Math.Min(BlockPositions, job.Positions[tile.FirstRow + r] + 1 - block * BlockPositions);
                if (valid > 0) AddBlock(ref job, tile.FirstRow + r, r, head, keys, keys + halfSize, job.HeadDim, valid, running);
            }
        }
        End(ref job, tile, head, running);
    }

    /// <summary>Item = encoder window · heads + head: every row of the window sees every other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WindowItem(void* state, int item, int worker)
    {
        ref var job = ref *(AttentionJob*)state;
        var tile = job.Tiles[item / job.KvHeads];
        int head = item % job.KvHeads;
        float* keys = job.Scratch + worker * job.ScratchStride;
        float* running = keys + 2 * job.HeadDim * BlockPositions;
        Begin(ref job, tile.Rows, running);

        float* firstKey = job.Qkv + (long)tile.FirstRow * job.Columns + (job.Heads + head) * job.HeadDim;
        float* firstValue = firstKey + job.KvHeads * job.HeadDim;
        for (int start = 0; start < tile.Rows; start += BlockPositions)
        {
            int valid = Math.Min(BlockPositions, tile.Rows - start);
            Transpose(firstKey + (long)start * job.Columns, job.Columns, valid, job.HeadDim, keys);
            for (int r = 0; r < tile.Rows; r++)
                AddBlock(ref job, tile.FirstRow + r, r, head, keys, firstValue + (long)start * job.Columns, job.Columns, valid, running);
        }
        End(ref job, tile, head, running);
    }

    private static void AddBlock(
        ref AttentionJob job, int row, int tileRow, int kvHead, float* keys, float* values, long valueStride, int valid, float* running)
    {
        for (int g = 0; g < job.Group; g++)
        {
            float* q = job.Qkv + (long)row * job.Columns + (kvHead * job.Group + g) * job.HeadDim;
            float* query = running + (long)(tileRow * job.Group + g) * (job.HeadDim + 2);
            AttentionBlock<TL, TV>.Add(q, keys, values, valueStride, valid, job.HeadDim, job.Scale, query, query + 2);
        }
    }

    private static void Begin(ref AttentionJob job, int rows, float* running)
    {
        for (int i = 0; i < rows * job.Group; i++, running += job.HeadDim + 2)
        {
            new Span<float>(running, job.HeadDim + 2).Clear();
            running[0] = float.NegativeInfinity;
        }
    }

    private static void End(ref AttentionJob job, AttentionTile tile, int kvHead, float* running)
    {
        for (int r = 0; r < tile.Rows; r++)
        {
            for (int g = 0; g < job.Group; g++, running += job.HeadDim + 2)
            {
                float* y = job.Y + (long)(tile.FirstRow + r) * job.OutputColumns + (kvHead * job.Group + g) * job.HeadDim;
                float factor = 1f / running[1];
                for (int i = 0; i < job.HeadDim; i++) y[i] = running[2 + i] * factor;
            }
        }
    }

    private static float* Expand(ushort* from, int count, float* to)
    {
        for (int i = 0; i < count; i += TL.Count) TL.Store(TL.LoadBf16(from + i), to + i); // a multiple of 128
        return to;
    }

    private static void Transpose(float* rows, long stride, int count, int dim, float* to)
    {
        for (int position = 0; position < count; position++)
        {
            float* row = rows + position * stride;
            for (int i = 0; i < dim; i++) to[i * BlockPositions + position] = row[i];
        }
    }
}

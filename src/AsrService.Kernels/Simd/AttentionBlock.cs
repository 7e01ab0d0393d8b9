using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Simd;

/// <summary>One query against one key block of 64 positions, with a running maximum and sum.</summary>
/// <remarks>
/// Online softmax: Milakov and Gimelshein 2018 (arXiv:1805.02867), alg. 3. Blocks are counted from position 0 and a block
/// is always walked the same way, so a query's result does not depend on the rows computed beside it.
/// </remarks>
internal static unsafe class AttentionBlock<TL, TV>
    where TL : struct, ILanes<TV>
    where TV : struct
{
    private const int Positions = KvCache.BlockPositions;

    /// <summary>Adds a block to a query's running result.</summary>
    /// <param name="q">[dim].</param>
    /// <param name="k">[dim, 64]: keys by dimension; positions from valid on may hold anything.</param>
    /// <param name="v">[valid, dim], a row every vStride floats.</param>
    /// <param name="vStride">Floats from one value row to the next.</param>
    /// <param name="valid">Positions the query may see, 1 to 64.</param>
    /// <param name="dim">Values of a head.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="state">Running maximum (−∞ at first) and sum (0).</param>
    /// <param name="output">[dim], zero at first: the sum of weighted values, to be divided by the running sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* q, float* k, float* v, long vStride, int valid, int dim, float scale, float* state, float* output)
    {
        float* p = stackalloc float[Positions];
        Scores(q, k, dim, scale, p);
        float max = state[0];
        for (int i = 0; i < valid; i++) max = MathF.Max(max, p[i]);
        for (int i = valid; i < Positions; i++) p[i] = float.NegativeInfinity;
        if (max > state[0]) Rescale(state, output, dim, max);

        var center = TL.Broadcast(max);
        for (int i = 0; i < Positions; i += TL.Count)
            TL.Store(VectorMath<TL, TV>.Exp(TL.Subtract(TL.Load(p + i), center)), p + i);
        state[1] += FixedSum<TL, TV>.Of(p, Positions);
        AddValues(p, v, vStride, valid, dim, output);
    }

    private static void Scores(float* q, float* k, int dim, float scale, float* p)
    {
        var factor = TL.Broadcast(scale);
        for (int j = 0; j < Positions; j += 4 * TL.Count)
        {
            TV s0 = TL.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
            float* row = k + j;
            for (int i = 0; i < dim; i++, row += Positions)
            {
                var value = TL.Broadcast(q[i]);
                s0 = TL.FusedMultiplyAdd(value, TL.Load(row), s0);
                s1 = TL.FusedMultiplyAdd(value, TL.Load(row + TL.Count), s1);
                s2 = TL.FusedMultiplyAdd(value, TL.Load(row + 2 * TL.Count), s2);
                s3 = TL.FusedMultiplyAdd(value, TL.Load(row + 3 * TL.Count), s3);
            }
            TL.Store(TL.Multiply(s0, factor), p + j);
            TL.Store(TL.Multiply(s1, factor), p + j + TL.Count);
            TL.Store(TL.Multiply(s2, factor), p + j + 2 * TL.Count);
            TL.Store(TL.Multiply(s3, factor), p + j + 3 * TL.Count);
        }
    }

    private static void Rescale(float* state, float* output, int dim, float max)
    {
        float* factor = stackalloc float[16];
        TL.Store(VectorMath<TL, TV>.Exp(TL.Broadcast(state[0] - max)), factor);
        for (int i = 0; i < dim; i++) output[i] *= factor[0];
        state[1] *= factor[0];
        state[0] = max;
    }

    private static void AddValues(float* p, float* v, long vStride, int valid, int dim, float* output)
    {
        int i = 0;
        for (; i + 4 * TL.Count <= dim; i += 4 * TL.Count)
        {
            TV o0 = TL.Load(output + i), o1 = TL.Load(output + i + TL.Count);
            TV o2 = TL.Load(output + i + 2 * TL.Count), o3 = TL.Load(output + i + 3 * TL.Count);
            float* row = v + i;
            for (int position = 0; position < valid; position++, row += vStride)
            {
                var weight = TL.Broadcast(p[position]);
                o0 = TL.FusedMultiplyAdd(weight, TL.Load(row), o0);
                o1 = TL.FusedMultiplyAdd(weight, TL.Load(row + TL.Count), o1);
                o2 = TL.FusedMultiplyAdd(weight, TL.Load(row + 2 * TL.Count), o2);
                o3 = TL.FusedMultiplyAdd(weight, TL.Load(row + 3 * TL.Count), o3);
            }
            TL.Store(o0, output + i);
            TL.Store(o1, output + i + TL.Count);
            TL.Store(o2, output + i + 2 * TL.Count);
            TL.Store(o3, output + i + 3 * TL.Count);
        }
        for (; i + TL.Count <= dim; i += TL.Count)
        {
            var o = TL.Load(output + i);
            for (int position = 0; position < valid; position++)
                o = TL.FusedMultiplyAdd(TL.Broadcast(p[position]), TL.Load(v + i + position * vStride), o);
            TL.Store(o, output + i);
        }
        for (; i < dim; i++)
        {
            for (int position = 0; position < valid; position++)
                output[i] = MathF.FusedMultiplyAdd(p[position], v[i + position * vStride], output[i]);
        }
    }
}

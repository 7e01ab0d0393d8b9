using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Simd;

/// <summary>
/// Products of 1, 2, 4, 6 or 8 rows with one weight panel, and of one row with two panels. Every element is one chain of
/// fused multiply-adds over the inputs in ascending order, in all kernels and at every width: that is what makes a row's
/// bits independent of its batch.
/// </summary>
/// <remarks>tile is [rows, 32]; x has a row every stride floats; depth is the number of inputs.</remarks>
internal static unsafe class ProductTile<TL, TV, TF>
    where TL : struct, ILanes<TV>
    where TV : struct
    where TF : struct, IPanelFormat
{
    public const int MaxRows = 8;

    /// <summary>Rows of the largest kernel that fits into <paramref name="rows"/>; eight only where there are registers for it.</summary>
    public static int Fit(int rows) => rows >= 8 && TL.Count == 16 ? 8 : rows >= 6 ? 6 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute(int rows, float* x, int stride, byte* panel, int depth, float* tile)
    {
        switch (rows)
        {
            case 8: Eight(x, stride, panel, depth, tile); break;
            case 6: Six(x, stride, panel, depth, tile); break;
            case 4: Four(x, stride, panel, depth, tile); break;
            case 2: Two(x, stride, panel, depth, tile); break;
            default: One(x, panel, depth, tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* x, byte* panel, int depth, float* tile)
    {
        // Both halves at once where there are two: a single row is bound by memory, which wants whole cache lines and more chains.
        int other = TL.Count == 8 ? 1 : 0;
        TV a0 = TL.Broadcast(0), a1 = a0, b0 = a0, b1 = a0;
        for (int k = 0; k < depth; k++, panel += TF.RowBytes)
        {
            var v = TL.Broadcast(x[k]);
            TF.Load<TL, TV>(panel, 0, out var first, out var second);
            a0 = TL.FusedMultiplyAdd(v, first, a0);
            a1 = TL.FusedMultiplyAdd(v, second, a1);
            if (TL.Count == 8)
            {
                TF.Load<TL, TV>(panel, other, out first, out second);
                b0 = TL.FusedMultiplyAdd(v, first, b0);
                b1 = TL.FusedMultiplyAdd(v, second, b1);
            }
        }
        Store(tile, 0, a0, a1);
        if (TL.Count == 8) Store(tile, 8, b0, b1);
    }

    /// <summary>One row with two panels that stand one after the other: twice the chains, for one alone waits for itself.</summary>
    /// <remarks>tile is [2, 32]: a row for each panel.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneWithPair(float* x, byte* panel, int depth, float* tile)
    {
        byte* next = panel + (long)depth * TF.RowBytes;
        int other = TL.Count == 8 ? 1 : 0;
        TV a0 = TL.Broadcast(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
        for (int k = 0; k < depth; k++, panel += TF.RowBytes, next += TF.RowBytes)
        {
            var v = TL.Broadcast(x[k]);
            TF.Load<TL, TV>(panel, 0, out var first, out var second);
            a0 = TL.FusedMultiplyAdd(v, first, a0);
            a1 = TL.FusedMultiplyAdd(v, second, a1);
            TF.Load<TL, TV>(next, 0, out first, out second);
            b0 = TL.FusedMultiplyAdd(v, first, b0);
            b1 = TL.FusedMultiplyAdd(v, second, b1);
            if (TL.Count == 8)
            {
                TF.Load<TL, TV>(panel, other, out first, out second);
                c0 = TL.FusedMultiplyAdd(v, first, c0);
                c1 = TL.FusedMultiplyAdd(v, second, c1);
                TF.Load<TL, TV>(next, other, out first, out second);
                d0 = TL.FusedMultiplyAdd(v, first, d0);
                d1 = TL.FusedMultiplyAdd(v, second, d1);
            }
        }
        Store(tile, 0, a0, a1);
        Store(tile + 32, 0, b0, b1);
        if (TL.Count == 8)
        {
            Store(tile, 8, c0, c1);
            Store(tile + 32, 8, d0, d1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(float* x, int stride, byte* panel, int depth, float* tile)
    {
        float* x1 = x + stride;
        for (int half = 0; half * TL.Count < 16; half++)
        {
            TV a0 = TL.Broadcast(0), a1 = a0, b0 = a0, b1 = a0;
            byte* row = panel;
            for (int k = 0; k < depth; k++, row += TF.RowBytes)
            {
                TF.Load<TL, TV>(row, half, out var first, out var second);
                var v = TL.Broadcast(x[k]);
                a0 = TL.FusedMultiplyAdd(v, first, a0);
                a1 = TL.FusedMultiplyAdd(v, second, a1);
                v = TL.Broadcast(x1[k]);
                b0 = TL.FusedMultiplyAdd(v, first, b0);
                b1 = TL.FusedMultiplyAdd(v, second, b1);
            }
            Store(tile, half * TL.Count, a0, a1);
            Store(tile + 32, half * TL.Count, b0, b1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* x, int stride, byte* panel, int depth, float* tile)
    {
        float* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride;
        for (int half = 0; half * TL.Count < 16; half++)
        {
            TV a0 = TL.Broadcast(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
            byte* row = panel;
            for (int k = 0; k < depth; k++, row += TF.RowBytes)
            {
                TF.Load<TL, TV>(row, half, out var first, out var second);
                var v = TL.Broadcast(x[k]);
                a0 = TL.FusedMultiplyAdd(v, first, a0);
                a1 = TL.FusedMultiplyAdd(v, second, a1);
                v = TL.Broadcast(x1[k]);
                b0 = TL.FusedMultiplyAdd(v, first, b0);
                b1 = TL.FusedMultiplyAdd(v, second, b1);
                v = TL.Broadcast(x2[k]);
                c0 = TL.FusedMultiplyAdd(v, first, c0);
                c1 = TL.FusedMultiplyAdd(v, second, c1);
                v = TL.Broadcast(x3[k]);
                d0 = TL.FusedMultiplyAdd(v, first, d0);
                d1 = TL.FusedMultiplyAdd(v, second, d1);
            }
            Store(tile, half * TL.Count, a0, a1);
            Store(tile + 32, half * TL.Count, b0, b1);
            Store(tile + 64, half * TL.Count, c0, c1);
            Store(tile + 96, half * TL.Count, d0, d1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(float* x, int stride, byte* panel, int depth, float* tile)
    {
        float* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride, x4 = x3 + stride, x5 = x4 + stride;
        for (int half = 0; half * TL.Count < 16; half++)
        {
            TV a0 = TL.Broadcast(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
            TV d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
            byte* row = panel;
            for (int k = 0; k < depth; k++, row += TF.RowBytes)
            {
                TF.Load<TL, TV>(row, half, out var first, out var second);
                var v = TL.Broadcast(x[k]);
                a0 = TL.FusedMultiplyAdd(v, first, a0);
                a1 = TL.FusedMultiplyAdd(v, second, a1);
                v = TL.Broadcast(x1[k]);
                b0 = TL.FusedMultiplyAdd(v, first, b0);
                b1 = TL.FusedMultiplyAdd(v, second, b1);
                v = TL.Broadcast(x2[k]);
                c0 = TL.FusedMultiplyAdd(v, first, c0);
                c1 = TL.FusedMultiplyAdd(v, second, c1);
                v = TL.Broadcast(x3[k]);
                d0 = TL.FusedMultiplyAdd(v, first, d0);
                d1 = TL.FusedMultiplyAdd(v, second, d1);
                v = TL.Broadcast(x4[k]);
                e0 = TL.FusedMultiplyAdd(v, first, e0);
                e1 = TL.FusedMultiplyAdd(v, second, e1);
                v = TL.Broadcast(x5[k]);
                f0 = TL.FusedMultiplyAdd(v, first, f0);
                f1 = TL.FusedMultiplyAdd(v, second, f1);
            }
            Store(tile, half * TL.Count, a0, a1);
            Store(tile + 32, half * TL.Count, b0, b1);
            Store(tile + 64, half * TL.Count, c0, c1);
            Store(tile + 96, half * TL.Count, d0, d1);
            Store(tile + 128, half * TL.Count, e0, e1);
            Store(tile + 160, half * TL.Count, f0, f1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(float* x, int stride, byte* panel, int depth, float* tile)
    {
        float* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride, x4 = x3 + stride, x5 = x4 + stride, x6 = x5 + stride, x7 = x6 + stride;
        for (int half = 0; half * TL.Count < 16; half++)
        {
            TV a0 = TL.Broadcast(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
            TV e0 = a0, e1 = a0, f0 = a0, f1 = a0, g0 = a0, g1 = a0, h0 = a0, h1 = a0;
            byte* row = panel;
            for (int k = 0; k < depth; k++, row += TF.RowBytes)
            {
                TF.Load<TL, TV>(row, half, out var first, out var second);
                var v = TL.Broadcast(x[k]);
                a0 = TL.FusedMultiplyAdd(v, first, a0);
                a1 = TL.FusedMultiplyAdd(v, second, a1);
                v = TL.Broadcast(x1[k]);
                b0 = TL.FusedMultiplyAdd(v, first, b0);
                b1 = TL.FusedMultiplyAdd(v, second, b1);
                v = TL.Broadcast(x2[k]);
                c0 = TL.FusedMultiplyAdd(v, first, c0);
                c1 = TL.FusedMultiplyAdd(v, second, c1);
                v = TL.Broadcast(x3[k]);
                d0 = TL.FusedMultiplyAdd(v, first, d0);
                d1 = TL.FusedMultiplyAdd(v, second, d1);
                v = TL.Broadcast(x4[k]);
                e0 = TL.FusedMultiplyAdd(v, first, e0);
                e1 = TL.FusedMultiplyAdd(v, second, e1);
                v = TL.Broadcast(x5[k]);
                f0 = TL.FusedMultiplyAdd(v, first, f0);
                f1 = TL.FusedMultiplyAdd(v, second, f1);
                v = TL.Broadcast(x6[k]);
                g0 = TL.FusedMultiplyAdd(v, first, g0);
                g1 = TL.FusedMultiplyAdd(v, second, g1);
                v = TL.Broadcast(x7[k]);
                h0 = TL.FusedMultiplyAdd(v, first, h0);
                h1 = TL.FusedMultiplyAdd(v, second, h1);
            }
            Store(tile, half * TL.Count, a0, a1);
            Store(tile + 32, half * TL.Count, b0, b1);
            Store(tile + 64, half * TL.Count, c0, c1);
            Store(tile + 96, half * TL.Count, d0, d1);
            Store(tile + 128, half * TL.Count, e0, e1);
            Store(tile + 160, half * TL.Count, f0, f1);
            Store(tile + 192, half * TL.Count, g0, g1);
            Store(tile + 224, half * TL.Count, h0, h1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* tile, int column, TV first, TV second)
    {
        TL.Store(first, tile + column);
        TL.Store(second, tile + column + 16);
    }
}

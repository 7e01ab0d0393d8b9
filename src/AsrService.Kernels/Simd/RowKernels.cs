using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Simd;

/// <summary>Operands of a row-wise operation; lives on the caller's stack while the workers run.</summary>
internal unsafe struct RowJob
{
    public float* X;
    public float* Y;
    public float* Gain;
    public float* Bias;
    public float* Table;
    public int* Positions;
    public int Rows;
    public int Columns;
    public int RowsPerItem;
    public HeadShape Heads;
    public float Epsilon;
}

/// <summary>Norms, rotation, gates and argmax: one thread computes a row, in one fixed order.</summary>
/// <remarks>A tail that is computed one by one uses the same correctly rounded steps as the lanes, so it has the same bits.</remarks>
internal static unsafe class RowKernels<TL, TV>
    where TL : struct, ILanes<TV>
    where TV : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(ref RowJob job, int row) =>
        RmsNorm(job.X + (long)row * job.Columns, job.Columns, job.Gain, job.Epsilon, job.Y + (long)row * job.Columns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(ref RowJob job, int row)
    {
        int n = job.Columns;
        float* x = job.X + (long)row * n;
        float* y = job.Y + (long)row * n;
        float mean = FixedSum<TL, TV>.Of(x, n) / n;
        float inverse = 1f / MathF.Sqrt(FixedSum<TL, TV>.OfSquares(x, n, mean) / n + job.Epsilon);
        TV center = TL.Broadcast(mean), factor = TL.Broadcast(inverse);
        int i = 0;
        for (; i + TL.Count <= n; i += TL.Count)
        {
            var normalized = TL.Multiply(TL.Subtract(TL.Load(x + i), center), factor);
            TL.Store(TL.FusedMultiplyAdd(normalized, TL.Load(job.Gain + i), TL.Load(job.Bias + i)), y + i);
        }
        for (; i < n; i++) y[i] = MathF.FusedMultiplyAdd((x[i] - mean) * inverse, job.Gain[i], job.Bias[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SiluMul(ref RowJob job, int row)
    {
        int n = job.Columns;
        float* gate = job.X + (long)row * 2 * n;
        float* up = gate + n;
        float* y = job.Y + (long)row * n;
        int i = 0;
        for (; i + TL.Count <= n; i += TL.Count)
            TL.Store(TL.Multiply(VectorMath<TL, TV>.Silu(TL.Load(gate + i)), TL.Load(up + i)), y + i);
        if (i == n) return;

        float* padded = stackalloc float[2 * 16];
        new ReadOnlySpan<float>(gate + i, n - i).CopyTo(new Span<float>(padded, n - i));
        new ReadOnlySpan<float>(up + i, n - i).CopyTo(new Span<float>(padded + 16, n - i));
        TL.Store(TL.Multiply(VectorMath<TL, TV>.Silu(TL.Load(padded)), TL.Load(padded + 16)), padded);
        new ReadOnlySpan<float>(padded, n - i).CopyTo(new Span<float>(y + i, n - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void QkNormRope(ref RowJob job, int row)
    {
        var (heads, kvHeads, dim) = job.Heads;
        float* head = job.X + (long)row * job.Columns;
        float* table = job.Table + (long)job.Positions[row] * dim;
        for (int h = 0; h < heads + kvHeads; h++, head += dim)
        {
            RmsNorm(head, dim, h < heads ? job.Gain : job.Bias, job.Epsilon, head);
            Rotate(head, dim / 2, table, table + dim / 2);
        }
    }

    /// <summary>Largest value, lowest index on ties, and its log-probability, which is NaN when any value is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (int Index, float LogProbability) ArgMax(float* x, int count)
    {
        var best = TL.Broadcast(float.NegativeInfinity);
        int whole = count / TL.Count * TL.Count;
        for (int i = 0; i < whole; i += TL.Count) best = TL.Max(best, TL.Load(x + i));
        float* lanes = stackalloc float[16];
        TL.Store(best, lanes);
        float max = float.NegativeInfinity;
        for (int i = 0; i < TL.Count; i++) max = MathF.Max(max, lanes[i]);
        for (int i = whole; i < count; i++) max = MathF.Max(max, x[i]);
        if (float.IsNaN(max)) return (0, float.NaN);
        int index = new ReadOnlySpan<float>(x, count).IndexOf(max);
        return (index, -MathF.Log(SumOfExponentials(x, count, max)));
    }

    /// <summary>Σ e^(xᵢ − max), sixteen partial sums.</summary>
    private static float SumOfExponentials(float* x, int count, float max)
    {
        float* buffer = stackalloc float[16];
        float* sums = stackalloc float[16];
        var center = TL.Broadcast(max);
        int whole = count / 16 * 16;
        for (int lane = 0; lane < 16; lane += TL.Count)
        {
            var sum = TL.Broadcast(0f);
            for (int i = lane; i < whole; i += 16)
                sum = TL.Add(sum, VectorMath<TL, TV>.Exp(TL.Subtract(TL.Load(x + i), center)));
            TL.Store(sum, sums + lane);
        }
        for (int i = 0; i < 16; i++) buffer[i] = whole + i < count ? x[whole + i] : float.NegativeInfinity;
        for (int lane = 0; lane < 16; lane += TL.Count)
        {
            var tail = VectorMath<TL, TV>.Exp(TL.Subtract(TL.Load(buffer + lane), center));
            TL.Store(TL.Add(TL.Load(sums + lane), tail), sums + lane);
        }
        return FixedSum<TL, TV>.Of(sums, 16);
    }

    private static void RmsNorm(float* x, int n, float* gain, float epsilon, float* y)
    {
        float inverse = 1f / MathF.Sqrt(FixedSum<TL, TV>.OfSquares(x, n) / n + epsilon);
        var factor = TL.Broadcast(inverse);
        int i = 0;
        for (; i + TL.Count <= n; i += TL.Count)
            TL.Store(TL.Multiply(TL.Multiply(TL.Load(x + i), factor), TL.Load(gain + i)), y + i);
        for (; i < n; i++) y[i] = x[i] * inverse * gain[i];
    }

    private static void Rotate(float* x, int half, float* cos, float* sin)
    {
        int i = 0;
        for (; i + TL.Count <= half; i += TL.Count)
        {
            TV a = TL.Load(x + i), b = TL.Load(x + half + i), c = TL.Load(cos + i), s = TL.Load(sin + i);
            TL.Store(TL.Subtract(TL.Multiply(a, c), TL.Multiply(b, s)), x + i);
            TL.Store(TL.Add(TL.Multiply(b, c), TL.Multiply(a, s)), x + half + i);
        }
        for (; i < half; i++)
        {
            float a = x[i], b = x[half + i];
            x[i] = a * cos[i] - b * sin[i];
            x[half + i] = b * cos[i] + a * sin[i];
        }
    }
}

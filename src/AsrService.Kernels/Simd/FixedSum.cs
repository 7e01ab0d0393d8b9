using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Simd;

/// <summary>Sums in one fixed order at every vector width and address: value i joins partial sum i mod 16, then a tree.</summary>
internal static unsafe class FixedSum<TL, TV>
    where TL : struct, ILanes<TV>
    where TV : struct
{
    private const int Partials = 16;

    /// <summary>Σ xᵢ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Of(float* x, int count)
    {
        float* sums = stackalloc float[Partials];
        int whole = count / Partials * Partials;
        for (int lane = 0; lane < Partials; lane += TL.Count)
        {
            var sum = TL.Broadcast(0f);
            for (int i = lane; i < whole; i += Partials) sum = TL.Add(sum, TL.Load(x + i));
            TL.Store(sum, sums + lane);
        }
        for (int i = whole; i < count; i++) sums[i - whole] += x[i];
        return Tree(sums);
    }

    /// <summary>Σ (xᵢ − center)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float OfSquares(float* x, int count, float center = 0)
    {
        float* sums = stackalloc float[Partials];
        int whole = count / Partials * Partials;
        var middle = TL.Broadcast(center);
        for (int lane = 0; lane < Partials; lane += TL.Count)
        {
            var sum = TL.Broadcast(0f);
            for (int i = lane; i < whole; i += Partials)
            {
                var d = TL.Subtract(TL.Load(x + i), middle);
                sum = TL.FusedMultiplyAdd(d, d, sum);
            }
            TL.Store(sum, sums + lane);
        }
        for (int i = whole; i < count; i++)
        {
            float d = x[i] - center;
            sums[i - whole] = MathF.FusedMultiplyAdd(d, d, sums[i - whole]);
        }
        return Tree(sums);
    }

    private static float Tree(float* sums)
    {
        for (int half = Partials / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++) sums[i] += sums[i + half];
        }
        return sums[0];
    }
}

using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Simd;

/// <summary>Elementary functions over lanes. A value has the same bits in every lane and at every width.</summary>
/// <remarks>The library's own vector exponential is ten times slower, and its order of operations is not ours to fix.</remarks>
internal static class VectorMath<TL, TV>
    where TL : struct, ILanes<TV>
    where TV : struct
{
    /// <summary>eˣ within 1.3 ulp for x in −87.3..88.3; smaller x give 0, larger ones the value at 88.3, NaN a NaN.</summary>
    /// <remarks>Cephes expf: reduction by multiples of ln 2 in two parts, then a polynomial of degree 5.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Exp(TV x)
    {
        const float Lowest = -87.3f;
        var clamped = TL.Min(TL.Max(x, TL.Broadcast(Lowest)), TL.Broadcast(88.3f));
        var n = TL.Round(TL.Multiply(clamped, TL.Broadcast(1.44269504088896341f)));
        var r = TL.FusedMultiplyAdd(n, TL.Broadcast(-0.693359375f), clamped);
        r = TL.FusedMultiplyAdd(n, TL.Broadcast(2.12194440e-4f), r);

        var p = TL.Broadcast(1.9875691500e-4f);
        p = TL.FusedMultiplyAdd(p, r, TL.Broadcast(1.3981999507e-3f));
        p = TL.FusedMultiplyAdd(p, r, TL.Broadcast(8.3334519073e-3f));
        p = TL.FusedMultiplyAdd(p, r, TL.Broadcast(4.1665795894e-2f));
        p = TL.FusedMultiplyAdd(p, r, TL.Broadcast(1.6666665459e-1f));
        p = TL.FusedMultiplyAdd(p, r, TL.Broadcast(5.0000001201e-1f));
        p = TL.FusedMultiplyAdd(p, TL.Multiply(r, r), TL.Add(r, TL.Broadcast(1f)));
        var result = TL.Multiply(p, TL.PowerOfTwo(n));
        return TL.SelectLess(x, TL.Broadcast(Lowest), TL.Broadcast(0f), result);
    }

    /// <summary>x · Φ(x), within 6e-7 and the last rounding; NaN for −∞, so that broken numbers show.</summary>
    /// <remarks>The error function by Abramowitz and Stegun 1964, formula 7.1.26.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Gelu(TV x)
    {
        var z = TL.Multiply(TL.Abs(x), TL.Broadcast(0.70710678118654752f));
        var t = TL.Divide(TL.Broadcast(1f), TL.FusedMultiplyAdd(z, TL.Broadcast(0.3275911f), TL.Broadcast(1f)));
        var p = TL.Broadcast(1.061405429f);
        p = TL.FusedMultiplyAdd(p, t, TL.Broadcast(-1.453152027f));
        p = TL.FusedMultiplyAdd(p, t, TL.Broadcast(1.421413741f));
        p = TL.FusedMultiplyAdd(p, t, TL.Broadcast(-0.284496736f));
        p = TL.FusedMultiplyAdd(p, t, TL.Broadcast(0.254829592f));
        var tail = TL.Multiply(TL.Multiply(p, t), Exp(TL.Subtract(TL.Broadcast(0f), TL.Multiply(z, z)))); // 1 − erf(z)
        var erf = TL.CopySign(TL.Subtract(TL.Broadcast(1f), tail), x);
        return TL.Multiply(TL.Multiply(x, TL.Broadcast(0.5f)), TL.Add(TL.Broadcast(1f), erf));
    }

    /// <summary>x / (1 + e⁻ˣ), within a share of 3.6e-7, or 1e-36 where that is more; NaN for −∞.</summary>
    /// <remarks>Below −88 our exponential stops growing, and x / e⁻ˣ would grow again: there the result is −0.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Silu(TV x)
    {
        var quotient = TL.Divide(x, TL.Add(TL.Broadcast(1f), Exp(TL.Subtract(TL.Broadcast(0f), x))));
        return TL.SelectLess(x, TL.Broadcast(-88f), TL.Multiply(x, TL.Broadcast(0f)), quotient);
    }
}

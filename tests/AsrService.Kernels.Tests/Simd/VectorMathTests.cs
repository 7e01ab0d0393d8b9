using System.Runtime.Intrinsics;
using AsrService.Kernels.Reference;
using AsrService.TestKit;
using Xunit;
using Narrow = AsrService.Kernels.Simd.VectorMath<AsrService.Kernels.Simd.Lanes256, System.Runtime.Intrinsics.Vector256<float>>;
using Wide = AsrService.Kernels.Simd.VectorMath<AsrService.Kernels.Simd.Lanes512, System.Runtime.Intrinsics.Vector512<float>>;

namespace AsrService.Kernels.Tests.Simd;

/// <summary>The accuracy that the elementary functions promise, against float64.</summary>
[Trait("Category", "Conformance")]
public sealed class VectorMathTests
{
    [Fact]
    public void Exp_WholeRange_IsWithinItsUlps()
    {
        double worst = 0;
        foreach (float x in Dense(-87.3f, 88.3f, 4_000_000))
        {
            double exact = Math.Exp(x);
            float found = Narrow.Exp(Vector256.Create(x))[0];
            worst = Math.Max(worst, Math.Abs(found - exact) / (MathF.BitIncrement((float)exact) - (float)exact));
        }
        Assert.InRange(worst, 0, 1.3);
    }

    [Theory]
    [InlineData(-87.31f, 0f), InlineData(float.MinValue, 0f), InlineData(float.NegativeInfinity, 0f)]
    [InlineData(0f, 1f), InlineData(float.Epsilon, 1f), InlineData(-1e-40f, 1f)]
    [InlineData(float.NaN, float.NaN)]
    public void Exp_Edge_IsExact(float x, float expected)
    {
        Assert.Equal(expected, Narrow.Exp(Vector256.Create(x))[0]);
        Assert.Equal(expected, Wide.Exp(Vector512.Create(x))[0]);
    }

    [Theory, InlineData(88.4f), InlineData(1000f), InlineData(float.MaxValue), InlineData(float.PositiveInfinity)]
    public void Exp_Beyond_IsTheValueAtTheEnd(float x) =>
        Assert.Equal(Narrow.Exp(Vector256.Create(88.3f))[0], Narrow.Exp(Vector256.Create(x))[0]);

    [Fact]
    public void Gelu_WholeRange_IsWithinSixTenMillionths()
    {
        foreach (float x in Dense(-20, 20, 400_000).Concat(Edges()))
        {
            double exact = Scalar.Gelu(x);
            float found = Narrow.Gelu(Vector256.Create(x))[0];
            double allowed = 6e-7 + Math.Abs(exact) * 6e-8; // the last rounding
            if (!(Math.Abs(found - exact) <= allowed)) Assert.Fail($"gelu({x:G9}) = {found:G9}, not {exact:G9}");
        }
    }

    [Fact]
    public void Silu_WholeRange_IsWithinItsShare()
    {
        foreach (float x in Dense(-100, 100, 2_000_000).Concat(Edges()))
        {
            double exact = x / (1 + Math.Exp(-(double)x));
            float found = Narrow.Silu(Vector256.Create(x))[0];
            double allowed = 1e-36 + Math.Abs(exact) * 3.6e-7;
            if (!(Math.Abs(found - exact) <= allowed)) Assert.Fail($"silu({x:G9}) = {found:G9}, not {exact:G9}");
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NaN)] // broken numbers must show, not vanish
    [InlineData(float.NaN, float.NaN)]
    public void GeluAndSilu_NotFinite_Shows(float x, float expected)
    {
        Assert.Equal(expected, Narrow.Gelu(Vector256.Create(x))[0]);
        Assert.Equal(expected, Narrow.Silu(Vector256.Create(x))[0]);
        Assert.Equal(expected, Wide.Gelu(Vector512.Create(x))[0]);
        Assert.Equal(expected, Wide.Silu(Vector512.Create(x))[0]);
    }

    [Fact]
    public void Functions_EveryLaneAndWidth_SameBits()
    {
        float[] inputs = [.. Dense(-120, 120, 160_000), .. Edges(), .. new float[16]];
        for (int i = 0; i + 16 <= inputs.Length; i += 5) // so that a value meets many lanes
        {
            var x = Vector512.Create(inputs.AsSpan(i, 16));
            AssertSame(x, Wide.Exp(x), Narrow.Exp(x.GetLower()), Narrow.Exp(x.GetUpper()));
            AssertSame(x, Wide.Gelu(x), Narrow.Gelu(x.GetLower()), Narrow.Gelu(x.GetUpper()));
            AssertSame(x, Wide.Silu(x), Narrow.Silu(x.GetLower()), Narrow.Silu(x.GetUpper()));
            Assert.Equal(Wide.Gelu(x)[7], Wide.Gelu(Vector512.Create(inputs[i + 7]))[12]);
        }
    }

    // Values of erfc to 15 digits: Abramowitz and Stegun 1964, table 7.1, and high-precision arithmetic beyond.
    [Theory]
    [InlineData(0, 1), InlineData(0.5, 0.479500122186953), InlineData(1, 0.157299207050285), InlineData(-1, 1.842700792949715)]
    [InlineData(2, 0.004677734981047), InlineData(2.5, 0.000406952017444959)]
    [InlineData(3, 2.20904969985854e-5), InlineData(5, 1.53745979442803e-12), InlineData(10, 2.08848758376254e-45)]
    [InlineData(double.PositiveInfinity, 0), InlineData(double.NegativeInfinity, 2)]
    public void Erfc_KnownValue_Matches(double x, double expected) =>
        Assert.Equal(expected, Scalar.Erfc(x), Math.Abs(expected) * 2e-12);

    [Fact]
    public void Erfc_SeriesAndFraction_MeetWithoutAStep()
    {
        double below = Scalar.Erfc(2.5 - 1e-9), above = Scalar.Erfc(2.5 + 1e-9);
        double slope = -2 / Math.Sqrt(Math.PI) * Math.Exp(-2.5 * 2.5);

        Assert.Equal(slope * 2e-9, above - below, 2e-12 * below);
    }

    private static void AssertSame(Vector512<float> x, Vector512<float> wide, Vector256<float> lower, Vector256<float> upper)
    {
        var found = new float[16];
        var expected = new float[16];
        wide.CopyTo(found);
        lower.CopyTo(expected);
        upper.CopyTo(expected, 8);
        TensorAssert.SameBits(expected, found, $"function of {x}");
    }

    private static IEnumerable<float> Dense(float from, float to, int count)
    {
        for (int i = 0; i <= count; i++) yield return (float)(from + (to - (double)from) * i / count);
    }

    private static IEnumerable<float> Edges()
    {
        for (float x = float.Epsilon; x < float.MaxValue / 3; x *= 3)
        {
            yield return x;
            yield return -x;
        }
        yield return float.MaxValue;
        yield return float.MinValue;
        yield return 0;
    }
}

using System.Globalization;
using Xunit;

namespace AsrService.TestKit;

/// <summary>Comparisons of numbers that say where and by how much they differ.</summary>
public static class TensorAssert
{
    /// <summary>Fails when any value differs by more than <paramref name="maxAbs"/> or is not a number.</summary>
    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float maxAbs)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float difference = Math.Abs(expected[i] - actual[i]);
            if (!(difference <= maxAbs))
                Assert.Fail($"value {i} of {expected.Length}: expected {expected[i]:G9}, found {actual[i]:G9}, differs by {difference:G3} > {maxAbs:G3}");
        }
    }

    /// <summary>Fails unless all values have the same bits; equal NaNs are equal.</summary>
    public static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what = "values")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail($"{what}: value {i} of {expected.Length} is {expected[i]:G9} and {actual[i]:G9}");
        }
    }

    /// <summary>Numbers separated by spaces.</summary>
    public static float[] Parse(string values) =>
        [.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => float.Parse(v, CultureInfo.InvariantCulture))];
}

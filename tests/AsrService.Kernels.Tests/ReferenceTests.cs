using Xunit;

namespace AsrService.Kernels.Tests;

/// <summary>The fast backend computes what the readable one says.</summary>
[Trait("Category", "Conformance")]
public sealed class ReferenceTests
{
    /// <summary>Largest difference, as a share of the range of the row.</summary>
    private const double Tolerance = 1e-3;

    public static TheoryData<string, DType> Cases()
    {
        var cases = new TheoryData<string, DType>();
        foreach (string name in Operations.Names)
        {
            cases.Add(name, DType.F32);
            cases.Add(name, DType.BF16);
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Run_RandomOperands_IsCloseToReference(string operation, DType type)
    {
        using var reference = Backends.New(Backend.Reference);
        using var narrow = Backends.New(Backend.Lanes256, threads: 2);
        using var wide = Backends.New(Backend.Lanes512, threads: 2);
        for (int seed = 0; seed < 20; seed++)
        {
            var expected = Operations.Run(reference, operation, seed, type);
            AssertClose(expected, Operations.Run(narrow, operation, seed, type), $"{operation}, seed {seed}, 256 bits");
            AssertClose(expected, Operations.Run(wide, operation, seed, type), $"{operation}, seed {seed}, 512 bits");
        }
    }

    private static void AssertClose(Result expected, Result found, string what)
    {
        Assert.Equal(expected.Values.Length, found.Values.Length);
        for (int start = 0; start < expected.Values.Length; start += expected.Columns)
        {
            var row = expected.Values.AsSpan(start, expected.Columns);
            float low = 0, high = 0;
            foreach (float value in row) (low, high) = (Math.Min(low, value), Math.Max(high, value));
            for (int i = 0; i < row.Length; i++)
            {
                float difference = Math.Abs(row[i] - found.Values[start + i]);
                if (!(difference <= Tolerance * (high - low)))
                    Assert.Fail($"{what}: row {start / row.Length}, column {i} is {found.Values[start + i]}, expected {row[i]}");
            }
        }
    }
}

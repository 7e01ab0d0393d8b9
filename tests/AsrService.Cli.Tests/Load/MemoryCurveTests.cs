using AsrService.Cli.Load;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "Unit")]
public class MemoryCurveTests
{
    [Fact]
    public void Growth_WarmUpThenFlat_IsNone()
    {
        var memory = Curve([.. Enumerable.Range(0, 10).Select(i => 100L + i), .. Enumerable.Repeat(400L, 90)]);

        Assert.Equal((100, 400, 0), (memory.First, memory.Peak, memory.Growth));
    }

    [Fact]
    public void Growth_Leak_IsThatOfFourFifths()
    {
        var memory = Curve([.. Enumerable.Range(0, 600).Select(i => 1_000L * i)]);

        Assert.Equal(480_000, memory.Growth);
    }

    [Fact]
    public void Growth_TooShort_IsUnknown() => Assert.Null(Curve([.. Enumerable.Repeat(1L, 19)]).Growth);

    private static MemoryCurve Curve(long[] read)
    {
        var memory = new MemoryCurve();
        foreach (long bytes in read) memory.Add(bytes);
        return memory;
    }
}

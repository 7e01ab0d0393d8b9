using AsrService.Cli.Live;
using Xunit;

namespace AsrService.Cli.Tests.Live;

[Trait("Category", "Unit")]
public class ArrivalTimesTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(50, 100)]
    [InlineData(100, 100)]
    [InlineData(100.01, 200)]
    [InlineData(250, 300)]
    [InlineData(300, 300)]
    public void Find_Offset_IsTheBlockThatCompletesIt(double offsetMs, long expected)
    {
        var arrivals = HundredMillisecondBlocks(3);

        Assert.Equal(expected, arrivals.Find(TimeSpan.FromMilliseconds(offsetMs)));
    }

    [Fact]
    public void Find_NotYetWritten_IsNull() => Assert.Null(HundredMillisecondBlocks(3).Find(TimeSpan.FromMilliseconds(301)));

    [Fact]
    public void Forget_AnHour_KeepsWhatIsStillAskedFor()
    {
        var arrivals = new ArrivalTimes();
        for (int block = 1; block <= 36_000; block++)
        {
            var end = TimeSpan.FromMilliseconds(100 * block);
            arrivals.Add(end, 100 * block);
            arrivals.Forget(end - TimeSpan.FromSeconds(31));
            Assert.InRange(arrivals.Count, 1, 311);
        }

        Assert.Equal(3_590_000, arrivals.Find(TimeSpan.FromSeconds(3_590)));
    }

    [Theory, InlineData(0.5, 3), InlineData(0.95, 5), InlineData(0.2, 1), InlineData(1, 5)]
    public void Percentile_FiveValues_IsTheNearestRank(double share, double expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected), LatencySamples.Percentile([.. new[] { 5d, 1, 4, 2, 3 }.Select(TimeSpan.FromSeconds)], share));

    [Fact]
    public void Percentile_NoValues_IsNull() => Assert.Null(LatencySamples.Percentile([], 0.5));

    private static ArrivalTimes HundredMillisecondBlocks(int count)
    {
        var arrivals = new ArrivalTimes();
        for (int block = 1; block <= count; block++) arrivals.Add(TimeSpan.FromMilliseconds(100 * block), 100 * block);
        return arrivals;
    }
}

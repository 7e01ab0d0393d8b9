using AsrService.Cli.Live;
using AsrService.Cli.Load;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "Unit")]
public class LatencyHistogramTests
{
    [Theory, InlineData(0.5), InlineData(0.9), InlineData(0.95), InlineData(0.99), InlineData(1)]
    public void Percentile_ManyTimes_IsThatOfTheListToTwoPercent(double share)
    {
        var random = new Random(5);
        TimeSpan[] times = [.. Enumerable.Range(0, 5000).Select(_ => TimeSpan.FromSeconds(Math.Exp(8 * random.NextDouble() - 6)))];
        LatencyHistogram one = new(), other = new();
        foreach (var time in times[..2000]) one.Add(time);
        foreach (var time in times[2000..]) other.Add(time);

        one.Add(other);

        double expected = LatencySamples.Percentile(times, share)!.Value.TotalSeconds;
        Assert.InRange(one.Percentile(share)!.Value.TotalSeconds, expected, expected * 1.0201);
        Assert.Equal(times.Average(time => time.TotalSeconds), one.Mean!.Value.TotalSeconds, 1e-6);
    }

    [Fact]
    public void Add_Extremes_AreKept()
    {
        var times = new LatencyHistogram();
        times.Add(TimeSpan.FromSeconds(-1));
        times.Add(TimeSpan.FromDays(1));

        Assert.Equal(TimeSpan.FromMilliseconds(1), times.Percentile(0.5));
        Assert.True(times.Percentile(1) > TimeSpan.FromSeconds(900));
        Assert.Null(new LatencyHistogram().Percentile(0.5));
    }
}

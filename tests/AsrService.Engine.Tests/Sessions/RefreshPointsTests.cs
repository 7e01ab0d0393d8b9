using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class RefreshPointsTests
{
    [Theory]
    [InlineData(0, 8_000)]
    [InlineData(12_345, 4_000)]
    [InlineData(999, 32_000)] // the first comes after 500 ms all the same
    public void Points_AnySample_AgreeWithTheList(long onset, int interval)
    {
        var points = new RefreshPoints(onset, interval);
        long[] all = [.. Enumerable.Range(0, 60).Select(n => onset + Math.Min(interval, 8_000) + (long)n * interval)];
        for (long sample = 0; sample < all[50]; sample += 333)
        {
            Assert.Equal(all.Where(point => point <= sample).DefaultIfEmpty(-1).Max(), points.NewestAt(sample));
            Assert.Equal(all.First(point => point > sample), points.NextAfter(sample));
            for (long to = sample; to < all[40]; to += 9_999)
                Assert.Equal(all.Count(point => point > sample && point <= to), points.CountBetween(sample, to));
        }
        Assert.Equal(all[0], points.NextAfter(-1));
        Assert.Equal(all[7], points.NewestAt(all[7]));
        Assert.Equal(all[8], points.NextAfter(all[7]));
    }
}

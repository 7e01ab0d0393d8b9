using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class FinalsInOrderTests
{
    [Fact]
    public void TryTake_OneChannel_GivesEachAtOnce()
    {
        var order = new FinalsInOrder(1);
        order.Add(Final(0, start: 5, settled: 0));

        Assert.True(order.TryTake(out var final));
        Assert.Equal(5, final.Start.TotalSeconds);
        Assert.False(order.TryTake(out _));
    }

    [Fact]
    public void TryTake_TwoChannels_WaitsUntilNoEarlierOneCanCome()
    {
        var order = new FinalsInOrder(2);
        order.Add(Final(1, start: 5, settled: 3));
        Assert.False(order.TryTake(out _));
        order.Add(Final(0, start: 3, settled: 4));
        Assert.False(order.TryTake(out _)); // one may still come from a second before
        order.Add(Final(0, start: 5, settled: 7));

        Assert.Equal([(3, 0), (5, 0), (5, 1)], TakeAll(order));
    }

    [Fact]
    public void Complete_FinalsWaiting_GivesThemAllInOrder()
    {
        var order = new FinalsInOrder(3);
        foreach (int start in (int[])[9, 2, 4]) order.Add(Final(start % 3, start, settled: 0));

        order.Complete();

        Assert.Equal([(2, 2), (4, 1), (9, 0)], TakeAll(order));
    }

    private static List<(int Start, int Channel)> TakeAll(FinalsInOrder order)
    {
        var taken = new List<(int, int)>();
        while (order.TryTake(out var final)) taken.Add(((int)final.Start.TotalSeconds, final.Channel));
        return taken;
    }

    private static ResultEvent Final(int channel, int start, int settled) => new(channel, 0, 1, IsFinal: true)
    {
        StableText = "",
        Start = TimeSpan.FromSeconds(start),
        End = TimeSpan.FromSeconds(start + 1),
        Cursors = new SessionCursors(default, default, TimeSpan.FromSeconds(settled)),
    };
}

using AsrService.Server.Transcriber;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Tests.Transcriber.Streaming;

[Trait("Category", "Unit")]
public class FlowPolicyTests
{
    private readonly FlowPolicy _policy = new();

    [Fact]
    public void Next_KeepingUp_TellsEveryFourSeconds()
    {
        var told = Enumerable.Range(1, 20).Where(half => Next(half / 2.0, lag: 1.9) is not null).Select(half => half / 2.0);

        Assert.Equal([4, 8], told);
    }

    [Fact]
    public void Next_LagGrows_TellsEveryFurtherSecond()
    {
        Assert.Null(Next(0.5, lag: 1.9));
        Assert.Equal(V1.FlowAdvice.SlowDown, Next(1, lag: 2));
        Assert.Null(Next(1.5, lag: 2.9));
        Assert.Equal(V1.FlowAdvice.SlowDown, Next(2, lag: 3.1));
        Assert.Null(Next(2.5, lag: 2.5));
        Assert.Equal(V1.FlowAdvice.SlowDown, Next(3, lag: 3));
    }

    [Fact]
    public void Next_CaughtUp_SaysOkWhenItIsDue()
    {
        Next(1, lag: 5);

        Assert.Null(Next(2, lag: 0));
        Assert.Equal(V1.FlowAdvice.Ok, Next(5, lag: 0));
    }

    private V1.FlowAdvice? Next(double now, double lag) => _policy.Next(TimeSpan.FromSeconds(now), TimeSpan.FromSeconds(lag));
}

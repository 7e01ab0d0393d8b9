using AsrService.TestKit;
using Grpc.Core;

namespace AsrService.Hosting.Tests.Draining;

[Trait("Category", "Unit")]
public class DrainControllerTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly DrainController _drain;

    public DrainControllerTests() =>
        _drain = new DrainController(Microsoft.Extensions.Options.Options.Create(new AsrOptions()), _time);

    [Fact]
    public async Task Begin_WithACall_RefusesOthersAndEndsItAfterTheGracePeriod()
    {
        using var call = _drain.Enter();
        int changes = 0;
        _drain.Changed += () => changes++;

        _drain.Begin();
        _drain.Begin();

        Assert.True(_drain.IsDraining);
        Assert.Equal(StatusCode.Unavailable, Assert.Throws<RpcException>(_drain.Enter).StatusCode);
        Assert.Equal((1, 1, _time.GetUtcNow() + Grace), (changes, _drain.RunningCalls, _drain.Ends));
        _time.Advance(Grace - TimeSpan.FromTicks(1));
        Assert.False(call.Over.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));
        await Cancelled(call.Over);
    }

    [Fact]
    public void Cancel_WhileDraining_ServesAgainAndEndsNobody()
    {
        using var call = _drain.Enter();
        _drain.Begin(TimeSpan.FromHours(1));

        _drain.Cancel();
        _time.Advance(TimeSpan.FromHours(2));

        Assert.False(_drain.IsDraining);
        Assert.Null(_drain.Ends);
        Assert.False(call.Over.IsCancellationRequested);
        _drain.Enter().Dispose();
    }

    [Fact]
    public async Task Stopping_WithACall_WaitsForItAndCannotBeCancelled()
    {
        var call = _drain.Enter();

        var stopping = _drain.StoppingAsync(TestContext.Current.CancellationToken);
        _drain.Cancel();
        bool waited = !stopping.IsCompleted;
        call.Dispose();
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.True(waited);
        Assert.True(_drain.IsDraining);
        Assert.True(_drain.IsStopping);
        Assert.Equal(0, _drain.RunningCalls);
    }

    private static Task Cancelled(CancellationToken token)
    {
        var told = new TaskCompletionSource();
        token.Register(told.SetResult);
        return told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}

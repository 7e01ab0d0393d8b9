namespace AsrService.Hosting.Tests.Calls;

[Trait("Category", "Unit")]
public class CallScopeTests
{
    [Fact]
    public async Task CollapseAsync_OneLoopFailed_EndsTheOthersAndThrowsItsFailure()
    {
        using var scope = new CallScope(CancellationToken.None, CancellationToken.None);
        var waiting = scope.Run(() => Task.Delay(Timeout.Infinite, scope.Output));
        _ = scope.Run(() => Task.FromException(new InvalidOperationException("The first.")));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(scope.CollapseAsync);
        Assert.Equal("The first.", failure.Message);
    }

    [Fact]
    public async Task CollapseAsync_NothingFailed_ThrowsNothing()
    {
        using var scope = new CallScope(CancellationToken.None, CancellationToken.None);
        var waiting = scope.Run(() => Task.Delay(Timeout.Infinite, scope.Output));

        await scope.EndOutputAsync();
        await waiting;
        await scope.CollapseAsync();
    }

    [Fact]
    public async Task Input_TheServerStops_EndsAloneAndTheCallerLeaves_EndsAll()
    {
        using var stopping = new CancellationTokenSource();
        using var gone = new CancellationTokenSource();
        using var scope = new CallScope(gone.Token, stopping.Token);

        await stopping.CancelAsync();
        Assert.True(scope.Input.IsCancellationRequested);
        Assert.False(scope.Abort.IsCancellationRequested || scope.Output.IsCancellationRequested);

        await gone.CancelAsync();
        Assert.True(scope.Abort.IsCancellationRequested && scope.Output.IsCancellationRequested);
    }
}

using AsrService.Contracts.V1;
using Grpc.Core;

namespace AsrService.Hosting.Tests.Calls;

[Trait("Category", "Unit")]
public class ResponseQueueTests
{
    [Fact]
    public async Task WhileReadAsync_TheCallerTakesNothing_IsASlowReader()
    {
        var writer = new HeldWriter();
        using var queue = new ResponseQueue<Flow>(writer, TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        var writing = queue.WriteAsync(() => new Flow());

        var failure = await Assert.ThrowsAsync<RpcException>(() => queue.WhileReadAsync(writing));

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        writer.Taken.SetResult();
        await writing;
    }

    [Fact]
    public async Task WhileReadAsync_TheServerIsSlow_Waits()
    {
        using var queue = new ResponseQueue<Flow>(
            new HeldWriter(), TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        var (ticks, done) = (0, new TaskCompletionSource());
        await using var timer = TimeProvider.System.CreateTimer(
            _ =>
            {
                if (++ticks == 5) done.TrySetResult();
            },
            null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));

        await queue.WhileReadAsync(done.Task);

        Assert.True(done.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task WriteAsync_Several_TakeTurns()
    {
        var writer = new HeldWriter();
        using var queue = new ResponseQueue<Flow>(writer, TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None);

        var writes = Enumerable.Range(0, 3).Select(_ => queue.WriteAsync(() => new Flow())).ToArray();

        Assert.Equal(1, writer.Writes);
        writer.Taken.SetResult();
        await Task.WhenAll(writes);
        Assert.Equal(3, writer.Writes);
    }

    /// <summary>A transport that takes nothing until it is told to.</summary>
    private sealed class HeldWriter : IServerStreamWriter<Flow>
    {
        public TaskCompletionSource Taken { get; } = new();

        public int Writes { get; private set; }

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(Flow message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(Flow message, CancellationToken cancellationToken)
        {
            Writes++;
            return Taken.Task;
        }
    }
}

using Grpc.Core;

namespace AsrService.Rpc.Tests.Server;

/// <summary>A call that ends while its caller's flow control holds a response back.</summary>
[Trait("Category", "EndToEnd")]
public class UnreadStatusTests
{
    private const int Size = 128 * 1024; // beyond the window of the connection, 65,535

    private static readonly byte[] Room = [0, 16, 0, 0]; // 1 MiB

    [Fact]
    public async Task Duplex_CancelledAmidAWrite_TheStatusFollowsItsBytes()
    {
        await using var server = await RpcServer.StartAsync();
        var cancelled = FailAmidAWrite(server);
        await using var raw = await RawConnection.OpenAsync(server.Port);
        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex"));

        await cancelled.Soon();
        await raw.SendAsync(Frames.Frame(Frames.WindowUpdate, 0, 0, Room));
        var response = await raw.ReadResponseAsync(1);

        Assert.Equal(5 + Size, response.Body.Length);
        Assert.Equal("10", response.Headers["grpc-status"]);
        Assert.Null(response.ResetCode);
    }

    [Fact]
    public async Task Duplex_CallerNeverReads_TheStreamIsReset()
    {
        await using var server = await RpcServer.StartAsync(grpc => grpc.StatusTimeout = TimeSpan.FromMilliseconds(1));
        var cancelled = FailAmidAWrite(server);
        await using var raw = await RawConnection.OpenAsync(server.Port);
        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex"));

        await cancelled.Soon();
        var response = await raw.ReadResponseAsync(1);

        Assert.Equal(8, response.ResetCode);
        Assert.DoesNotContain("grpc-status", response.Headers);
    }

    /// <summary>Has the handler cancel its call, by way of a read, while it writes, and fail with ABORTED.</summary>
    private static Task FailAmidAWrite(RpcServer server)
    {
        var cancelled = new TaskCompletionSource();
        server.Handlers.Duplex = async (requests, responses, _) =>
        {
            var writing = responses.WriteAsync(new byte[Size]);
            using var reading = new CancellationTokenSource();
            var read = requests.MoveNext(reading.Token);
            await reading.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
            cancelled.SetResult();
            throw new RpcException(new Status(StatusCode.Aborted, "given up"));
        };
        return cancelled.Task;
    }
}

using System.Buffers.Binary;
using AsrService.Rpc.Server;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Rpc.Tests.Server;

/// <summary>A call that ends while its caller's flow control holds a response back.</summary>
[Trait("Category", "EndToEnd")]
public class UnreadStatusTests
{
    private const int Size = 128 * 1024; // beyond the window of the connection, 65,535

    [Fact]
    public async Task Duplex_CancelledAmidAWrite_TheStatusFollowsItsBytes()
    {
        await using var server = await RpcServer.StartAsync();
        var given = GiveUpAmidAWrite(server);
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex"));
        await given.WaitAsync(CallExtensions.Patience);
        var response = await ReadOnAsync(raw, 1);

        AssertAllCameBefore(StatusCode.Aborted, response);
    }

    [Fact]
    public async Task Download_DeadlineAmidAWrite_TheStatusFollowsItsBytes()
    {
        await using var server = await RpcServer.StartAsync();
        var released = new TaskCompletionSource();
        server.Handlers.Download = async (_, responses, _) =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => responses.WriteAsync(new byte[Size]));
            released.SetResult();
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendCallAsync("/test.Bytes/Download", Frames.Message([]), ("grpc-timeout", "200m"));
        await released.Task.Soon();
        var response = await ReadOnAsync(raw, 1);

        AssertAllCameBefore(StatusCode.DeadlineExceeded, response);
    }

    [Fact]
    public async Task Duplex_WriteNotAwaited_TheStatusFollowsItsBytes()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Duplex = (_, responses, _) =>
        {
            _ = responses.WriteAsync(new byte[Size]);
            return Task.CompletedTask;
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex"));
        var response = await ReadOnAsync(raw, 1);

        AssertAllCameBefore(StatusCode.OK, response);
    }

    [Fact]
    public async Task Duplex_CallerNeverReads_ItsStreamAloneIsReset()
    {
        await using var server = await RpcServer.StartAsync(
            services: services => services.AddSingleton(new GrpcStatusTimeout(TimeSpan.FromMilliseconds(1))));
        var given = GiveUpAmidAWrite(server);
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex"));
        await given.WaitAsync(CallExtensions.Patience);
        var response = await raw.ReadResponseAsync(1);
        await raw.SendHeadersAsync(3, RawConnection.CallHeaders("/test.Bytes/Nothing"), endStream: true);
        var next = await raw.ReadResponseAsync(3);

        Assert.Equal(8, response.ResetCode); // CANCEL
        Assert.DoesNotContain("grpc-status", response.Headers);
        Assert.Equal("12", next.Status);
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task Duplex_OneCallAfterTheOtherCancelledAmidAWrite_TheConnectionServesThemAll()
    {
        await using var server = await RpcServer.StartAsync();
        var given = GiveUpAmidAWrite(server);
        await using var raw = await RawConnection.OpenAsync(server.Port);

        for (int stream = 1; stream < 200; stream += 2) // Kestrel gives each the stream object of the one before
        {
            await raw.SendHeadersAsync(stream, RawConnection.CallHeaders("/test.Bytes/Duplex"), endStream: true);
            await given.WaitAsync(CallExtensions.Patience);
            AssertAllCameBefore(StatusCode.Aborted, await ReadOnAsync(raw, stream));
        }

        Assert.Empty(server.Logs.Messages);
    }

    private static void AssertAllCameBefore(StatusCode status, RawResponse response)
    {
        Assert.Equal(((int)status).ToString(provider: null), response.Status);
        Assert.Equal(5 + Size, response.Body.Length);
        Assert.Null(response.ResetCode);
    }

    /// <summary>Makes room for one answer and reads it.</summary>
    private static async Task<RawResponse> ReadOnAsync(RawConnection raw, int stream)
    {
        byte[] room = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(room, 5 + Size);
        await raw.SendAsync(Frames.Frame(Frames.WindowUpdate, 0, 0, room));
        return await raw.ReadResponseAsync(stream);
    }

    /// <summary>Has the handler cancel its call, by way of a read, while it writes, and fail with ABORTED.</summary>
    /// <returns>Released once by each call that has got so far.</returns>
    private static SemaphoreSlim GiveUpAmidAWrite(RpcServer server)
    {
        var given = new SemaphoreSlim(0);
        server.Handlers.Duplex = async (requests, responses, _) =>
        {
            var writing = responses.WriteAsync(new byte[Size]);
            using var reading = new CancellationTokenSource();
            await reading.CancelAsync();
            await Record.ExceptionAsync(() => requests.MoveNext(reading.Token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
            given.Release();
            throw new RpcException(new Status(StatusCode.Aborted, "given up"));
        };
        return given;
    }
}

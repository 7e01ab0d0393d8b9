using AsrService.TestKit;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Rpc.Tests.Server;

/// <summary>Callers whose network loses every packet from a moment on: only a ping without an answer tells.</summary>
[Trait("Category", "EndToEnd")]
public class LostPeerTests
{
    [Fact]
    public async Task Duplex_PeerLostWhileItIsSilent_EndsAlone()
    {
        await using var server = await StartAsync();
        var ended = EndOf(server, async (requests, _) => await requests.MoveNext());

        await LoseAsync(server, _ => Task.CompletedTask, ended);
    }

    [Fact]
    public async Task Duplex_PeerLostWhileItsWindowIsFull_EndsAlone()
    {
        await using var server = await StartAsync();
        var ended = EndOf(server, WriteForeverAsync);

        await LoseAsync(server, _ => Task.CompletedTask, ended);
    }

    [Fact]
    public async Task Duplex_PeerLostWhileTheNetworkIsFull_EndsAlone()
    {
        await using var server = await StartAsync();
        var ended = EndOf(server, WriteForeverAsync);

        await LoseAsync(server, async raw =>
        {
            await raw.SendAsync(Frames.Frame(Frames.Settings, 0, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]));
            await raw.SendAsync(Frames.Frame(Frames.WindowUpdate, 0, 0, [0x7F, 0, 0, 0]));
        }, ended);
    }

    private static async Task WriteForeverAsync(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses)
    {
        while (true)
        {
            await responses.WriteAsync(new byte[64 * 1024]);
        }
    }

    private static Task<RpcServer> StartAsync() => RpcServer.StartAsync(
        services: services => services.PostConfigure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(1); // Kestrel takes no less
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
        }));

    /// <summary>Makes the handler; calls that are not to be lost are echoed.</summary>
    /// <returns>How the lost one's handler ended.</returns>
    private static Task<Exception?> EndOf(
        RpcServer server, Func<IAsyncStreamReader<byte[]>, IServerStreamWriter<byte[]>, Task> handle)
    {
        var ended = new TaskCompletionSource<Exception?>();
        var echo = server.Handlers.Duplex;
        server.Handlers.Duplex = async (requests, responses, context) =>
        {
            if (context.RequestHeaders.Get("lost") is null) await echo(requests, responses, context);
            else ended.SetResult(await Record.ExceptionAsync(() => handle(requests, responses)));
        };
        return ended.Task;
    }

    private static async Task LoseAsync(RpcServer server, Func<RawConnection, Task> prepare, Task<Exception?> ended)
    {
        await using var relay = new TcpRelay(server.Port);
        await using var lost = await RawConnection.OpenAsync(relay.Port);
        using var beside = server.Client().Duplex();
        await prepare(lost);
        await lost.SendHeadersAsync(1, RawConnection.CallHeaders("/test.Bytes/Duplex", ("lost", "yes")));
        await AssertEchoesAsync(beside);
        Assert.Equal(2, server.OpenConnections);

        await relay.LoseAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Soon());
        await AssertEchoesAsync(beside);
        Assert.Empty(server.Logs.Messages);
    }

    private static async Task AssertEchoesAsync(AsyncDuplexStreamingCall<byte[], byte[]> call)
    {
        await call.RequestStream.WriteAsync([1]).Soon();
        Assert.True(await call.ResponseStream.MoveNext().Soon());
    }
}

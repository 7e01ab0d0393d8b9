using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using static AsrService.Rpc.Tests.Server.Abuse;

namespace AsrService.Rpc.Tests.Server;

/// <summary>Connections and frames as a broken or hostile client may use them.</summary>
[Trait("Category", "EndToEnd")]
public class ConnectionAbuseTests
{
    private const string Unary = "/test.Bytes/Unary";
    private const string Duplex = "/test.Bytes/Duplex";

    [Fact]
    public async Task TenThousandPings_AreAnsweredOrEndTheConnection()
    {
        await using var server = await RpcServer.StartAsync();
        await using var raw = await RawConnection.OpenAsync(server.Port);
        byte[] ping = Frames.Frame(Frames.Ping, 0, 0, new byte[8]);
        byte[] pings = [.. Enumerable.Repeat(ping, 10_000).SelectMany(bytes => bytes)];

        var sending = raw.SendAsync(pings);
        int answered = 0;
        while (answered < 10_000 && await raw.ReadFrameAsync() is { } frame)
        {
            if (frame is { Type: Frames.Ping, Flags: Frames.Ack }) answered++;
            if (frame.Type == Frames.GoAway) break;
        }

        await sending;
        Assert.True(answered > 0);
        await AssertUndisturbed(server);
    }

    [Fact]
    public async Task RapidReset_LeavesNoCallBehind()
    {
        await using var server = await RpcServer.StartAsync();
        int running = 0;
        using var finished = new SemaphoreSlim(0);
        server.Handlers.Duplex = async (requests, _, _) =>
        {
            Interlocked.Increment(ref running);
            try
            {
                await requests.MoveNext();
            }
            finally
            {
                Interlocked.Decrement(ref running);
                finished.Release();
            }
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        for (int index = 0; index < 2000; index++)
        {
            int stream = 1 + (2 * index);
            await raw.SendHeadersAsync(stream, RawConnection.CallHeaders(Duplex));
            await raw.SendAsync(Frames.Frame(Frames.Reset, 0, stream, [0, 0, 0, 8]));
        }

        await AssertUndisturbed(server);
        await raw.SendAsync(Frames.Frame(Frames.Ping, 0, 0, new byte[8])); // answered after all that came before
        while (await raw.ReadFrameAsync() is { } frame && frame is not { Type: Frames.Ping, Flags: Frames.Ack })
        {
        }

        while (Volatile.Read(ref running) > 0)
        {
            Assert.True(await finished.WaitAsync(CallExtensions.Patience), $"{running} calls are still running.");
        }

        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task DataAfterTheEnd_IsAStreamError()
    {
        await using var server = await RpcServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Handlers.Unary = async (request, _) =>
        {
            await release.Task;
            return request;
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendCallAsync(Unary, Frames.Message([1]));
        await raw.SendDataAsync(1, Frames.Message([2]));
        var answer = await raw.ReadResponseAsync(1);
        release.SetResult();

        Assert.True(answer.ResetCode == 5 || answer.ConnectionError == 5, answer.Status); // STREAM_CLOSED
        await AssertUndisturbed(server);
    }

    [Fact]
    public async Task Garbage_InsteadOfHttp2_ClosesTheConnection()
    {
        await using var server = await RpcServer.StartAsync();
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendAsync(Encoding.ASCII.GetBytes(new string('x', 100)));
        var answer = await raw.ReadResponseAsync(1);

        Assert.True(answer.ConnectionError is > 0 || answer.IsClosed);
        await AssertUndisturbed(server);
    }

    [Fact]
    public async Task Http1_OnAnHttp2Port_IsRefusedInItsOwnWords()
    {
        await using var server = await RpcServer.StartAsync();
        using var client = new TcpClient("127.0.0.1", server.Port);
        await client.GetStream().WriteAsync("POST /test.Bytes/Unary HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());

        using var reader = new StreamReader(client.GetStream());
        string? line = await reader.ReadLineAsync().Soon();

        Assert.StartsWith("HTTP/1.1 400", line, StringComparison.Ordinal);
        await AssertUndisturbed(server);
        Assert.Empty(server.Logs.Messages);
    }

    [Theory]
    [InlineData("16030100ff")] // half a handshake
    [InlineData("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a")] // HTTP/2 in clear text
    [InlineData("ffffffffffffffffffffffff")]
    public async Task Garbage_OnATlsPort_ClosesTheConnection(string hex)
    {
        using var certificate = Certificates.Make("localhost");
        await using var server = await RpcServer.StartAsync(certificate: certificate);
        using var client = new TcpClient("127.0.0.1", server.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Convert.FromHexString(hex));
        client.Client.Shutdown(SocketShutdown.Send);

        await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null).Soon()); // to the end, or a reset

        Assert.Empty(server.Logs.Messages);
    }

    [Theory]
    [InlineData(Frames.Settings, "", 0, 100_000)]
    [InlineData(Frames.Ping, "0000000000000000", 0, 100_000)]
    [InlineData(Frames.Priority, "0000000010", 1, 50_000)]
    [InlineData(0x42, "00", 1, 50_000)] // of no known type
    [InlineData(Frames.Data, "", 1, 50_000)]
    [InlineData(Frames.WindowUpdate, "00000001", 0, 100_000)]
    public async Task Flood_OfFramesWhoseAnswersAreNotRead_LeavesOthersAlone(
        byte type, string payload, int stream, int count)
    {
        await using var server = await RpcServer.StartAsync();
        await using var raw = await RawConnection.OpenAsync(server.Port);
        byte[] frame = Frames.Frame(type, 0, stream, Convert.FromHexString(payload));
        await raw.SendHeadersAsync(1, RawConnection.CallHeaders(Duplex));

        // What does not go through is held back by TCP, or the server hangs up: both bound what it keeps.
        var flooding = raw.TrySendAsync([.. Enumerable.Repeat(frame, count).SelectMany(bytes => bytes)]);
        await AssertUndisturbed(server);
        await raw.DisposeAsync();
        await Record.ExceptionAsync(() => flooding.Soon());
        await AssertUndisturbed(server);
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task HeadersThatNeverEnd_EndTheConnection()
    {
        await using var server = await RpcServer.StartAsync();
        await using var raw = await RawConnection.OpenAsync(server.Port);
        byte[] block = Frames.HeaderBlock([("a", new string('a', 1000))]);
        await raw.SendAsync(Frames.Frame(Frames.Headers, 0, 1, Frames.HeaderBlock(RawConnection.CallHeaders(Duplex))));

        byte[] more = Frames.Frame(Frames.Continuation, 0, 1, block);
        for (int index = 0; index < 10_000 && await raw.TrySendAsync(more); index++)
        {
        }

        var answer = await raw.ReadResponseAsync(1).Soon();
        Assert.True(answer.ConnectionError is > 0 || answer.IsClosed, answer.Status);
        await AssertUndisturbed(server);
    }

    [Theory]
    [InlineData(0, "7fffffff", 3)] // the connection's window beyond 2^31-1: FLOW_CONTROL_ERROR
    [InlineData(1, "7fffffff", 3)]
    [InlineData(0, "00000000", 1)] // PROTOCOL_ERROR
    [InlineData(1, "00000000", 1)]
    public async Task WindowUpdate_BeyondTheRules_IsAnError(int stream, string increment, int error)
    {
        var answer = await Exchange(async raw =>
        {
            await raw.SendHeadersAsync(1, RawConnection.CallHeaders(Duplex));
            await raw.SendAsync(Frames.Frame(Frames.WindowUpdate, 0, stream, Convert.FromHexString(increment)));
        });

        Assert.Equal(error, answer.ConnectionError ?? answer.ResetCode);
    }

    [Theory]
    [InlineData("000480000000")] // an initial window beyond 2^31-1
    [InlineData("000500000001")] // frames of one byte
    [InlineData("0002")] // half a setting
    public async Task Settings_BeyondTheRules_EndTheConnection(string settings)
    {
        var answer = await Exchange(
            raw => raw.SendAsync(Frames.Frame(Frames.Settings, 0, 0, Convert.FromHexString(settings))));

        Assert.True(answer.ConnectionError is > 0, answer.Status);
    }

    [Fact]
    public async Task ReaderWithoutAWindow_GetsItsAnswerOnceItOpensOne()
    {
        var answer = await Exchange(async raw =>
        {
            await raw.SendAsync(Frames.Frame(Frames.Settings, 0, 0, [0, 4, 0, 0, 0, 0]));
            for (int stream = 3; stream < 400; stream += 2)
            {
                await raw.SendHeadersAsync(stream, RawConnection.CallHeaders(Unary));
                await raw.SendDataAsync(stream, Frames.Message(new byte[1000]), endStream: true);
            }

            await raw.SendAsync(Frames.Frame(Frames.WindowUpdate, 0, 0, [0, 16, 0, 0]));
            await raw.SendAsync(Frames.Frame(Frames.Settings, 0, 0, [0, 4, 0, 1, 0, 0]));
            await raw.SendHeadersAsync(401, RawConnection.CallHeaders(Unary));
            await raw.SendDataAsync(401, Frames.Message([9]), endStream: true);
        }, stream: 401);

        Assert.Equal("0", answer.Status);
        Assert.Equal(Frames.Message([9]), answer.Body);
    }

    [Fact]
    public async Task FrameBeyondItsLimit_EndsTheConnection()
    {
        var answer = await Exchange(async raw =>
        {
            await raw.SendHeadersAsync(1, RawConnection.CallHeaders(Duplex));
            await raw.TrySendAsync(Frames.Frame(Frames.Data, 0, 1, new byte[(1 << 24) - 1]));
        });

        Assert.True(answer.ConnectionError is 6 || answer.IsClosed, answer.Status); // FRAME_SIZE_ERROR
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task StreamOfAWrongNumber_EndsTheConnection(int stream)
    {
        var answer = await Exchange(raw => raw.SendHeadersAsync(stream, RawConnection.CallHeaders(Unary)));

        Assert.Equal(1, answer.ConnectionError); // PROTOCOL_ERROR
    }

    [Fact]
    public async Task ContentLengthThatIsALie_EndsTheStream()
    {
        var answer = await Exchange(
            raw => raw.SendCallAsync(Unary, Frames.Message([1]), ("content-length", "3")));

        Assert.True(answer.ResetCode is > 0 || answer.Status != "0", answer.Status);
    }
}

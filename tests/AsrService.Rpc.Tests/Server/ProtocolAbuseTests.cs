using System.Text;
using Grpc.Core;

namespace AsrService.Rpc.Tests.Server;

/// <summary>What a broken or hostile client may send; a well-behaved call beside it must not notice.</summary>
[Trait("Category", "EndToEnd")]
public class ProtocolAbuseTests
{
    private const string Unary = "/test.Bytes/Unary";
    private const string Duplex = "/test.Bytes/Duplex";

    [Fact]
    public Task TruncatedMessage_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, Frames.Message([1, 2], length: 10)), StatusCode.Internal, "within a message");

    [Fact]
    public Task TruncatedHeader_IsInternal() => Answers(
        raw => raw.SendCallAsync(Duplex, [0, 0, 0]), StatusCode.Internal, "within a message");

    [Fact]
    public Task LengthBeyondTheLimit_IsResourceExhaustedBeforeTheBytesCome() => Answers(
        async raw =>
        {
            await raw.SendHeadersAsync(1, RawConnection.CallHeaders(Duplex));
            await raw.SendDataAsync(1, Frames.Message([1], length: 3_000_000_000));
        },
        StatusCode.ResourceExhausted,
        "3000000000");

    [Fact]
    public Task CompressedFlagWithoutEncoding_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, Frames.Message([1], flag: 1)), StatusCode.Internal, "grpc-encoding");

    [Fact]
    public Task CompressedFlagWithIdentity_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, Frames.Message([1], flag: 1), ("grpc-encoding", "identity")),
        StatusCode.Internal,
        "grpc-encoding");

    [Fact]
    public Task InvalidGzip_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, Frames.Message([1, 2, 3], flag: 1), ("grpc-encoding", "gzip")),
        StatusCode.Internal,
        "gzip");

    [Fact]
    public Task UnknownFlag_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, Frames.Message([1], flag: 7)), StatusCode.Internal, "begins with 7");

    [Fact]
    public async Task UnknownEncoding_IsUnimplementedAndSaysWhatIsAccepted()
    {
        var answer = await Answers(
            raw => raw.SendCallAsync(Unary, Frames.Message([1], flag: 1), ("grpc-encoding", "snappy")),
            StatusCode.Unimplemented,
            "snappy");

        Assert.Equal("identity,gzip", answer.Headers["grpc-accept-encoding"]);
    }

    [Fact]
    public Task MalformedTimeout_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, Frames.Message([1]), ("grpc-timeout", "soon")),
        StatusCode.Internal,
        "grpc-timeout");

    [Fact]
    public Task BinaryMetadataThatIsNotBase64_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, Frames.Message([1]), ("key-bin", "***")),
        StatusCode.Internal,
        "key-bin",
        server => server.Handlers.Unary =
            (request, context) => Task.FromResult(context.RequestHeaders.Count > 0 ? request : []));

    [Fact]
    public Task HalfCloseWithoutAMessage_IsInternal() => Answers(
        raw => raw.SendHeadersAsync(1, RawConnection.CallHeaders(Unary), endStream: true),
        StatusCode.Internal,
        "one message");

    [Fact]
    public Task SecondMessageOfAUnaryCall_IsInternal() => Answers(
        raw => raw.SendCallAsync(Unary, [.. Frames.Message([1]), .. Frames.Message([2])]),
        StatusCode.Internal,
        "More than one");

    [Fact]
    public async Task GarbageBehindTheMessages_FailsAfterTheGoodOnes()
    {
        var answer = await Answers(
            raw => raw.SendCallAsync(Duplex, [.. Frames.Message([5]), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            StatusCode.Internal,
            "begins with 255");

        Assert.Equal(Frames.Message([5]), answer.Body);
    }

    [Fact]
    public async Task MissingTe_IsAnsweredAllTheSame()
    {
        // A hint for proxies; no stock server insists on it.
        var headers = RawConnection.CallHeaders(Unary).Where(header => header.Name != "te");

        var answer = await Exchange(async raw =>
        {
            await raw.SendHeadersAsync(1, headers);
            await raw.SendDataAsync(1, Frames.Message([1]), endStream: true);
        });

        Assert.Equal("0", answer.Status);
    }

    [Theory]
    [InlineData("application/json", "415")]
    [InlineData("application/grpc-web", "415")]
    [InlineData("application/grpc+proto", "200")]
    [InlineData("application/grpc;charset=utf-8", "200")]
    public async Task ContentType_OfTheRequest_IsChecked(string contentType, string status)
    {
        var headers = RawConnection.CallHeaders(Unary)
            .Select(header => header.Name == "content-type" ? (header.Name, contentType) : header);

        var answer = await Exchange(async raw =>
        {
            await raw.SendHeadersAsync(1, headers);
            await raw.SendDataAsync(1, Frames.Message([1]), endStream: true);
        });

        Assert.Equal(status, answer.Headers[":status"]);
    }

    [Fact]
    public async Task Get_OfAMethod_IsNotAllowed()
    {
        var headers = RawConnection.CallHeaders(Unary)
            .Select(header => header.Name == ":method" ? (header.Name, "GET") : header);

        var answer = await Exchange(raw => raw.SendHeadersAsync(1, headers, endStream: true));

        Assert.Equal("405", answer.Headers[":status"]);
    }

    [Fact]
    public async Task HugeHeader_EndsTheStreamOrTheConnection()
    {
        var answer = await Exchange(async raw =>
        {
            string value = new('a', 12_000);
            var pieces = RawConnection.CallHeaders(Unary, ("a", value), ("b", value), ("c", value));
            byte[] block = Frames.HeaderBlock(pieces);
            await raw.SendAsync(Frames.Frame(Frames.Headers, Frames.EndStream, 1, block.AsSpan(0, 16_000)));
            await raw.SendAsync(Frames.Frame(9, 0, 1, block.AsSpan(16_000, 16_000)));
            await raw.SendAsync(Frames.Frame(9, Frames.EndHeaders, 1, block.AsSpan(32_000)));
        });

        Assert.True(
            answer.Headers.GetValueOrDefault(":status") == "431" || answer.ConnectionError is > 0 || answer.IsClosed,
            answer.Status);
    }

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

    private static async Task<RawResponse> Answers(
        Func<RawConnection, Task> send, StatusCode status, string text, Action<RpcServer>? arrange = null)
    {
        var answer = await Exchange(send, arrange);

        Assert.Equal(((int)status).ToString(provider: null), answer.Status);
        Assert.Contains(text, Uri.UnescapeDataString(answer.Headers["grpc-message"]), StringComparison.Ordinal);
        return answer;
    }

    private static async Task<RawResponse> Exchange(Func<RawConnection, Task> send, Action<RpcServer>? arrange = null)
    {
        await using var server = await RpcServer.StartAsync();
        arrange?.Invoke(server);
        await using var raw = await RawConnection.OpenAsync(server.Port);
        using var neighbour = server.Client().Duplex();
        await neighbour.RequestStream.WriteAsync([1]);
        Assert.True(await neighbour.ResponseStream.MoveNext().Soon());

        await send(raw);
        var answer = await raw.ReadResponseAsync(1).Soon();

        await neighbour.RequestStream.WriteAsync([2]);
        Assert.True(await neighbour.ResponseStream.MoveNext().Soon());
        Assert.Equal([2], neighbour.ResponseStream.Current);
        Assert.Empty(server.Logs.Messages);
        return answer;
    }

    private static async Task AssertUndisturbed(RpcServer server) =>
        Assert.Equal([42], await server.Client().Upload42Async(server));
}

internal static class UndisturbedCall
{
    /// <summary>A call of a method that the abuse tests leave alone.</summary>
    public static async Task<byte[]> Upload42Async(this CallInvoker client, RpcServer server)
    {
        server.Handlers.Upload = (_, _) => Task.FromResult<byte[]>([42]);
        using var call = client.Upload();
        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync.Soon();
    }
}

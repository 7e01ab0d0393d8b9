using Grpc.Core;
using static AsrService.Rpc.Tests.Server.Abuse;

namespace AsrService.Rpc.Tests.Server;

/// <summary>Headers that a broken or hostile client may send.</summary>
[Trait("Category", "EndToEnd")]
public class HeaderAbuseTests
{
    private const string Unary = "/test.Bytes/Unary";

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

        AssertTooManyHeaders(answer);
    }

    [Theory]
    [InlineData("-1S")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("1.5S")]
    [InlineData("999999999S")]
    [InlineData("1s")]
    [InlineData("1S,2S")]
    public async Task TimeoutOutOfTheGrammar_IsInternalAndNamesTheHeader(string timeout)
    {
        var answer = await Answers(
            raw => raw.SendCallAsync(Unary, Frames.Message([1]), ("grpc-timeout", timeout)),
            StatusCode.Internal,
            "grpc-timeout");

        Assert.Equal("HEADER_MALFORMED", answer.Cause.Reason);
        Assert.Equal("grpc-timeout", answer.Cause.Metadata["header"]);
    }

    [Theory]
    [InlineData("0S", "4")]
    [InlineData("00000000n", "4")]
    [InlineData("99999999H", "0")]
    public async Task TimeoutAtTheEndsOfTheGrammar_IsTaken(string timeout, string status)
    {
        var answer = await Exchange(
            raw => raw.SendCallAsync(Unary, Frames.Message([1]), ("grpc-timeout", timeout)),
            server => server.Handlers.Unary = async (request, context) =>
            {
                while (status == "4" && !context.CancellationToken.IsCancellationRequested)
                {
                    await Task.Yield();
                }

                return request;
            });

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/test.Bytes")]
    [InlineData("/test.Bytes/Unary/More")]
    [InlineData("/test.Bytes/%zz%")]
    [InlineData("/test.Bytes/..%2f..%2f")]
    [InlineData("/test.Bytes/Un%00ary")]
    [InlineData("no-slash")]
    [InlineData("")]
    public async Task UnknownPath_IsRefused(string path)
    {
        var answer = await Exchange(raw => raw.SendCallAsync(path, Frames.Message([1])));

        Assert.True(
            answer.Status == "12"
                || answer.Headers.GetValueOrDefault(":status") is "400" or "404"
                || answer.ResetCode > 0,
            $"{path}: {answer.Headers.GetValueOrDefault(":status")} {answer.Status}");
    }

    [Fact]
    public Task LongUnknownMethod_IsUnimplemented() => Answers(
        raw => raw.SendHeadersAsync(
            1, RawConnection.CallHeaders("/test.Bytes/" + new string('x', 7_000)), endStream: true),
        StatusCode.Unimplemented,
        "Method");

    [Fact]
    public async Task LongUnknownEncoding_IsQuotedInPart()
    {
        var answer = await Answers(
            raw => raw.SendCallAsync(Unary, Frames.Message([1]), ("grpc-encoding", new string('x', 15_000))),
            StatusCode.Unimplemented,
            "xxx");

        Assert.InRange(answer.Headers["grpc-message"].Length, 1, 300);
        Assert.Equal("ENCODING_UNKNOWN", answer.Cause.Reason);
        Assert.Equal("identity,gzip", answer.Cause.Metadata["accepted"]);
    }

    [Fact]
    public async Task LongContentType_IsQuotedInPart()
    {
        var headers = RawConnection.CallHeaders("/test.Bytes/Unary").Select(
            header => header.Name == "content-type" ? (header.Name, new string('y', 15_000)) : header);

        var answer = await Exchange(raw => raw.SendHeadersAsync(1, headers, endStream: true));

        Assert.Equal("415", answer.Headers[":status"]);
        Assert.InRange(answer.Headers["grpc-message"].Length, 1, 4_000);
    }

    [Fact]
    public async Task LongStatusDetail_FitsIntoHeaders()
    {
        var answer = await Exchange(
            raw => raw.SendCallAsync(Unary, Frames.Message([1])),
            server => server.Handlers.Unary = (_, _) =>
                throw new RpcException(new Status(StatusCode.Aborted, new string('ü', 1_000_000))));

        Assert.Equal("10", answer.Status);
        Assert.InRange(answer.Headers["grpc-message"].Length, 1_000, 8_000);
    }

    [Fact]
    public async Task ManyHeaders_EndTheStreamOrTheConnection()
    {
        var headers = Enumerable.Range(0, 500).Select(index => ($"a{index}", "b")).ToArray();

        var answer = await Exchange(raw => raw.SendHeadersAsync(1, RawConnection.CallHeaders(Unary, headers)));

        AssertTooManyHeaders(answer);
    }

    [Fact]
    public async Task HeadersOutOfTheDynamicTable_EndTheStreamOrTheConnection()
    {
        // One literal of 3,000 bytes with indexing, then 10,000 times its index: 30 MB out of 13 KB.
        byte[] literal = Frames.HeaderBlock([("a", new string('a', 3_000))]);
        literal[0] = 0x40;
        byte[] block =
        [
            .. Frames.HeaderBlock(RawConnection.CallHeaders(Unary)),
            .. literal,
            .. Enumerable.Repeat((byte)0xBE, 10_000),
        ];

        var answer = await Exchange(
            raw => raw.SendAsync(Frames.Frame(Frames.Headers, Frames.EndHeaders, 1, block)));

        AssertTooManyHeaders(answer);
    }

    private static void AssertTooManyHeaders(RawResponse answer) => Assert.True(
        answer.Headers.GetValueOrDefault(":status") == "431" || answer.ConnectionError is > 0 || answer.IsClosed,
        answer.Status);
}

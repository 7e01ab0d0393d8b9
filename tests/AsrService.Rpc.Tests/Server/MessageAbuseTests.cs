using Grpc.Core;
using static AsrService.Rpc.Tests.Server.Abuse;

namespace AsrService.Rpc.Tests.Server;

/// <summary>Messages that a broken or hostile client may send.</summary>
[Trait("Category", "EndToEnd")]
public class MessageAbuseTests
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

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0x8000_0000)]
    [InlineData((4 * 1024 * 1024) + 1)]
    public async Task LengthThatIsALie_NamesSizeAndLimitInTheDetails(uint length)
    {
        var answer = await Answers(
            async raw =>
            {
                await raw.SendHeadersAsync(1, RawConnection.CallHeaders(Duplex));
                await raw.SendDataAsync(1, Frames.Message([1], length: length));
            },
            StatusCode.ResourceExhausted,
            "exceeds the limit");

        var cause = answer.Cause;
        Assert.Equal(("asr.rpc", "MESSAGE_TOO_LARGE"), (cause.Domain, cause.Reason));
        Assert.Equal(length.ToString(provider: null), cause.Metadata["size"]);
        Assert.Equal("4194304", cause.Metadata["limit"]);
    }

    [Fact]
    public async Task GzipBomb_IsResourceExhaustedAtTheLimit()
    {
        var answer = await Answers(
            raw => raw.SendCallAsync(
                Unary, Frames.Message(Gzip(new byte[12 << 20]), flag: 1), ("grpc-encoding", "gzip")),
            StatusCode.ResourceExhausted,
            "decompressing");

        var cause = answer.Cause;
        Assert.Equal("MESSAGE_TOO_LARGE", cause.Reason);
        Assert.InRange(long.Parse(cause.Metadata["size"], provider: null), 4 << 20, 5 << 20); // not all of it was made
    }

    [Fact]
    public async Task GzipInGzip_IsUnpackedOnce()
    {
        byte[] inner = Gzip(new byte[12 << 20]);

        var answer = await Exchange(
            raw => raw.SendCallAsync(Unary, Frames.Message(Gzip(inner), flag: 1), ("grpc-encoding", "gzip")));

        Assert.Equal("0", answer.Status);
        Assert.Equal(Frames.Message(inner), answer.Body);
    }

    [Fact]
    public Task GzipOfSeveralMembers_IsInternal() => Answers(
        raw => raw.SendCallAsync(
            Unary, Frames.Message([.. Gzip([1, 2]), .. Gzip([3])], flag: 1), ("grpc-encoding", "gzip")),
        StatusCode.Internal,
        "gzip");

    [Fact]
    public Task GzipWithGarbageBehind_IsInternal() => Answers(
        raw => raw.SendCallAsync(
            Unary, Frames.Message([.. Gzip([1, 2]), 9, 9, 9, 9, 9], flag: 1), ("grpc-encoding", "gzip")),
        StatusCode.Internal,
        "gzip");

    [Fact]
    public async Task MessageInPiecesOfOneByte_IsWhole()
    {
        byte[] message = Frames.Message(new byte[300]);

        var answer = await Exchange(async raw =>
        {
            await raw.SendHeadersAsync(1, RawConnection.CallHeaders(Unary));
            foreach (byte piece in message)
            {
                await raw.SendDataAsync(1, [piece]);
            }

            await raw.SendDataAsync(1, [], endStream: true);
        });

        Assert.Equal("0", answer.Status);
        Assert.Equal(message, answer.Body);
    }
}

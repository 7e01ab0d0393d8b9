using Grpc.Core;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class CompressionTests
{
    private static readonly Metadata AsksForGzip = new() { { "grpc-internal-encoding-request", "gzip" } };

    private static readonly byte[] Zeros = new byte[100_000];

    [Fact]
    public async Task Unary_GzipRequest_IsSmallOnTheWireAndWholeInTheHandler()
    {
        await using var server = await RpcServer.StartAsync();
        string? encoding = null;
        server.Handlers.Unary = (request, context) =>
        {
            encoding = context.GetHttpContext().Request.Headers["grpc-encoding"];
            Assert.Null(context.RequestHeaders.Get("grpc-internal-encoding-request"));
            return Task.FromResult(request);
        };

        byte[] answer = await server.Client().Unary(Zeros, new CallOptions(AsksForGzip)).ResponseAsync.Soon();

        Assert.Equal(Zeros, answer);
        Assert.Equal("gzip", encoding);
    }

    [Fact]
    public async Task Duplex_GzipBothWays_MixesWithPlainMessages()
    {
        await using var server = await RpcServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        server.Handlers.Duplex = async (requests, responses, _) =>
        {
            for (int index = 0; await requests.MoveNext(); index++)
            {
                responses.WriteOptions = new WriteOptions(index % 2 == 0 ? WriteFlags.NoCompress : default);
                await responses.WriteAsync(requests.Current);
            }
        };
        using var call = server.Client().Duplex(new CallOptions(AsksForGzip));

        for (int index = 0; index < 6; index++)
        {
            call.RequestStream.WriteOptions = new WriteOptions(index < 3 ? WriteFlags.NoCompress : default);
            await call.RequestStream.WriteAsync([.. Zeros, (byte)index]);
            Assert.True(await call.ResponseStream.MoveNext().Soon());
            Assert.Equal(index, call.ResponseStream.Current[^1]);
            Assert.Equal(Zeros.Length + 1, call.ResponseStream.Current.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext().Soon());
        Assert.Null((await call.ResponseHeadersAsync).Get("grpc-encoding"));
    }

    [Fact]
    public async Task Unary_HandlerAsksForGzip_ResponseIsCompressed()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Unary = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync(AsksForGzip);
            return Zeros;
        };
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendCallAsync(
            "/test.Bytes/Unary", Frames.Message([1]), ("grpc-accept-encoding", "identity,deflate,gzip"));
        var answer = await raw.ReadResponseAsync(1);

        Assert.Equal("gzip", answer.Headers["grpc-encoding"]);
        Assert.Equal(1, answer.Body[0]);
        Assert.InRange(answer.Body.Length, 20, 2000);
        Assert.Equal("0", answer.Headers["grpc-status"]);
    }

    [Fact]
    public async Task Unary_CallerDoesNotAcceptGzip_ResponseIsPlain()
    {
        await using var server = await RpcServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        await using var raw = await RawConnection.OpenAsync(server.Port);

        await raw.SendCallAsync("/test.Bytes/Unary", Frames.Message([1, 2, 3]), ("grpc-accept-encoding", "identity"));
        var answer = await raw.ReadResponseAsync(1);

        Assert.DoesNotContain("grpc-encoding", answer.Headers.Keys);
        Assert.Equal(Frames.Message([1, 2, 3]), answer.Body);
    }

    [Fact]
    public async Task Unary_SmallGzipThatGrowsOverTheLimit_IsResourceExhausted()
    {
        await using var server = await RpcServer.StartAsync(options => options.MaxReceiveMessageSize = 50_000);

        var failure = await server.Client().Unary(Zeros, new CallOptions(AsksForGzip)).ResponseAsync
            .FailsAsync(StatusCode.ResourceExhausted);

        Assert.Contains("50000", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_GzipResponseOverTheClientsLimit_IsResourceExhausted()
    {
        await using var server = await RpcServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        server.Handlers.Unary = (_, _) => Task.FromResult(Zeros);

        await server.Client(new() { MaxReceiveMessageSize = 50_000 }).Unary([1]).ResponseAsync
            .FailsAsync(StatusCode.ResourceExhausted);
    }
}

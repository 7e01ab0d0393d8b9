using Grpc.Core;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class MetadataTests
{
    [Fact]
    public async Task Unary_TextAndBinary_TravelBothWays()
    {
        await using var server = await RpcServer.StartAsync();
        Metadata? seen = null;
        server.Handlers.Unary = async (request, context) =>
        {
            seen = context.RequestHeaders;
            context.ResponseTrailers.Add("trailer", "late");
            context.ResponseTrailers.Add("trailer-bin", [0, 1]);
            await context.WriteResponseHeadersAsync(
                new Metadata { { "header", "early" }, { "header-bin", [255, 254, 253] } });
            return request;
        };
        var headers = new Metadata { { "Text", "a b" }, { "one-bin", [1] }, { "two-bin", [1, 2] }, { "none-bin", [] } };

        using var call = server.Client().Unary([1], new CallOptions(headers));
        var answered = await call.ResponseHeadersAsync.Soon();
        await call.ResponseAsync.Soon();

        Assert.Equal("a b", seen!.GetValue("text"));
        Assert.Equal([1], seen.GetValueBytes("one-bin"));
        Assert.Equal([1, 2], seen.GetValueBytes("two-bin"));
        Assert.Empty(seen.GetValueBytes("none-bin")!);
        Assert.DoesNotContain(seen, entry => entry.Key is "te" or "content-type" or "grpc-accept-encoding");
        Assert.Equal("early", answered.GetValue("header"));
        Assert.Equal([255, 254, 253], answered.GetValueBytes("header-bin"));
        Assert.Equal("late", call.GetTrailers().GetValue("trailer"));
        Assert.Equal([0, 1], call.GetTrailers().GetValueBytes("trailer-bin"));
        Assert.DoesNotContain(call.GetTrailers(), entry => entry.Key == "grpc-status");
    }

    [Fact]
    public async Task Unary_SeveralBinaryValues_ArriveApart()
    {
        await using var server = await RpcServer.StartAsync();
        Metadata? seen = null;
        server.Handlers.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            context.ResponseTrailers.Add("many-bin", [7]);
            context.ResponseTrailers.Add("many-bin", [8]);
            return Task.FromResult(request);
        };

        var headers = new Metadata { { "key-bin", [1, 2] }, { "key-bin", [3] } };
        using var call = server.Client().Unary([1], new CallOptions(headers));
        await call.ResponseAsync.Soon();

        Assert.Equal([[1, 2], [3]], seen!.GetAll("key-bin").Select(entry => entry.ValueBytes));
        Assert.Equal([[7], [8]], call.GetTrailers().GetAll("many-bin").Select(entry => entry.ValueBytes));
    }

    [Fact]
    public async Task Duplex_HeadersBeforeAnyMessage_ArriveAtOnce()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Duplex = async (requests, _, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "early", "yes" } });
            await requests.MoveNext();
        };

        using var call = server.Client().Duplex();
        var headers = await call.ResponseHeadersAsync.Soon();

        Assert.Equal("yes", headers.GetValue("early"));
        await call.RequestStream.CompleteAsync();
        Assert.Empty(await call.ResponseStream.ReadAllAsync().Soon());
    }

    [Fact]
    public async Task Unary_HeadersTwice_IsRefused()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Unary = async (request, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            await Assert.ThrowsAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
            return request;
        };

        Assert.Equal([1], await server.Client().Unary([1]).ResponseAsync.Soon());
    }

    [Fact]
    public async Task Unary_MetadataOverTheLimit_FailsThatCallAlone()
    {
        await using var server = await RpcServer.StartAsync();
        var client = server.Client();
        using var beside = client.Duplex();
        await beside.RequestStream.WriteAsync([1]);
        Assert.True(await beside.ResponseStream.MoveNext().Soon());
        var large = new Metadata { { "a", new string('a', 20_000) }, { "b", new string('b', 20_000) } };

        var failure = await client.Unary([1], new CallOptions(large)).ResponseAsync.FailsAsync(StatusCode.Internal);

        Assert.Contains("32768", failure.Status.Detail, StringComparison.Ordinal);
        await beside.RequestStream.WriteAsync([2]);
        Assert.True(await beside.ResponseStream.MoveNext().Soon());
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task Unary_UnsendableTrailer_IsInternal()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Unary = (request, context) =>
        {
            context.ResponseTrailers.Add("text", "é");
            return Task.FromResult(request);
        };

        await server.Client().Unary([1]).ResponseAsync.FailsAsync(StatusCode.Internal);
    }

    [Fact]
    public async Task Context_OfACall_KnowsTheCaller()
    {
        await using var server = await RpcServer.StartAsync();
        (string Method, string Host, string Peer, bool IsAuthenticated) seen = default;
        server.Handlers.Unary = (request, context) =>
        {
            seen = (context.Method, context.Host, context.Peer, context.AuthContext.IsPeerAuthenticated);
            Assert.Equal(DateTime.MaxValue, context.Deadline);
            return Task.FromResult(request);
        };

        await server.Client().Unary([1]).ResponseAsync.Soon();

        Assert.Equal("/test.Bytes/Unary", seen.Method);
        Assert.Equal($"127.0.0.1:{server.Port}", seen.Host);
        Assert.StartsWith("ipv4:127.0.0.1:", seen.Peer, StringComparison.Ordinal);
        Assert.False(seen.IsAuthenticated);
    }
}

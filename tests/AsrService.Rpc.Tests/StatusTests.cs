using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class StatusTests
{
    private const string SpecialText = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈 and 100 %\t\n";

    [Fact]
    public async Task Unary_RpcException_PassesStatusAndTrailers()
    {
        await using var server = await RpcServer.StartAsync();
        byte[] details = [8, 3, 255, 0];
        server.Handlers.Unary = (_, context) =>
        {
            context.ResponseTrailers.Add("from-context", "a");
            throw new RpcException(
                new Status(StatusCode.FailedPrecondition, SpecialText),
                new Metadata { { "from-exception", "b" }, { "grpc-status-details-bin", details } });
        };

        using var call = server.Client().Unary([1]);
        var failure = await call.ResponseAsync.FailsAsync(StatusCode.FailedPrecondition);

        Assert.Equal(SpecialText, failure.Status.Detail);
        Assert.Equal("a", failure.Trailers.GetValue("from-context"));
        Assert.Equal("b", failure.Trailers.GetValue("from-exception"));
        Assert.Equal(details, failure.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal("a", call.GetTrailers().GetValue("from-context"));
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task Unary_UnexpectedException_TellsNothingOfIt()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Unary = (_, _) => throw new InvalidOperationException("secret");

        var failure = await server.Client().Unary([1]).ResponseAsync.FailsAsync(StatusCode.Unknown);

        Assert.DoesNotContain("secret", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("secret", Assert.Single(server.Logs.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_DetailedErrors_TellTheException()
    {
        await using var server = await RpcServer.StartAsync(options => options.EnableDetailedErrors = true);
        server.Handlers.Unary = (_, _) => throw new InvalidOperationException("not so secret");

        var failure = await server.Client().Unary([1]).ResponseAsync.FailsAsync(StatusCode.Unknown);

        Assert.Contains("not so secret", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_StatusSetByHandler_IsTheOutcome()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Unary = (request, context) =>
        {
            context.Status = new Status(StatusCode.DataLoss, "half");
            return Task.FromResult(request);
        };

        await server.Client().Unary([1]).ResponseAsync.FailsAsync(StatusCode.DataLoss);
    }

    [Fact]
    public async Task Duplex_ErrorInMidStream_ComesAfterTheMessages()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Duplex = async (requests, responses, _) =>
        {
            await requests.MoveNext();
            await responses.WriteAsync(requests.Current);
            throw new RpcException(new Status(StatusCode.Aborted, "enough"));
        };

        using var call = server.Client().Duplex();
        await call.RequestStream.WriteAsync([1]);
        Assert.True(await call.ResponseStream.MoveNext().Soon());

        var failure = await call.ResponseStream.MoveNext().FailsAsync(StatusCode.Aborted);
        Assert.Equal("enough", failure.Status.Detail);
    }

    [Fact]
    public async Task Duplex_EarlyOk_EndsTheResponsesAndRefusesFurtherRequests()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Duplex = (_, responses, _) => responses.WriteAsync([9]);

        using var call = server.Client().Duplex();
        var messages = await call.ResponseStream.ReadAllAsync().Soon();

        Assert.Single(messages);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await call.RequestStream.WriteAsync([1]).FailsAsync(StatusCode.OK);
    }

    [Fact]
    public async Task Upload_ErrorBeforeHalfClose_ReachesTheWriter()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Upload = (_, _) => throw new RpcException(new Status(StatusCode.ResourceExhausted, "full"));

        using var call = server.Client().Upload();
        await call.ResponseAsync.FailsAsync(StatusCode.ResourceExhausted);

        var failure = await call.RequestStream.WriteAsync([1]).FailsAsync(StatusCode.ResourceExhausted);
        Assert.Equal("full", failure.Status.Detail);
    }

    [Fact]
    public async Task Upload_WritingIntoAnEndedCall_ThrowsItsStatusSoon()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Upload = (_, _) => throw new RpcException(new Status(StatusCode.ResourceExhausted, "full"));
        using var call = server.Client().Upload();

        async Task WriteForever()
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new byte[4096]);
            }
        }

        await WriteForever().FailsAsync(StatusCode.ResourceExhausted);
    }

    [Theory]
    [InlineData("/test.Bytes/Nothing", "Method")]
    [InlineData("/test.Nobody/Nothing", "Service")]
    public async Task Unary_NobodyAnswersIt_IsUnimplemented(string path, string what)
    {
        await using var server = await RpcServer.StartAsync();
        string[] names = path.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.Unary, names[1], names[2], Bytes.Plain, Bytes.Plain);

        var failure = await server.Client().AsyncUnaryCall(method, null, default, [1]).ResponseAsync
            .FailsAsync(StatusCode.Unimplemented);

        Assert.Contains(what, failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_RequestOverTheLimit_NamesSizeAndLimit()
    {
        await using var server = await RpcServer.StartAsync();

        var failure = await server.Client().Unary(new byte[(4 * 1024 * 1024) + 1]).ResponseAsync
            .FailsAsync(StatusCode.ResourceExhausted);

        Assert.Contains("4194305", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("4194304", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_ServiceWithItsOwnLimit_TakesMore()
    {
        await using var server = await RpcServer.StartAsync(services: services => services.AddGrpc()
            .AddServiceOptions<BytesService>(options => options.MaxReceiveMessageSize = 12 * 1024 * 1024));
        server.Handlers.Unary = (request, _) => Task.FromResult(BitConverter.GetBytes(request.Length));

        byte[] answer = await server.Client().Unary(new byte[12 * 1024 * 1024]).ResponseAsync.Soon();

        Assert.Equal(12 * 1024 * 1024, BitConverter.ToInt32(answer));
        await server.Client().Unary(new byte[(12 * 1024 * 1024) + 1]).ResponseAsync
            .FailsAsync(StatusCode.ResourceExhausted);
        await new HealthClient(server.Channel())
            .CheckAsync(new HealthCheckRequest { Service = new string('x', 5_000_000) }).ResponseAsync
            .FailsAsync(StatusCode.ResourceExhausted); // the other services keep the common limit
    }

    [Fact]
    public async Task Unary_ResponseOverTheClientsLimit_IsResourceExhausted()
    {
        await using var server = await RpcServer.StartAsync();
        server.Handlers.Unary = (_, _) => Task.FromResult(new byte[2000]);
        var client = server.Client(new() { MaxReceiveMessageSize = 1999 });

        await client.Unary([1]).ResponseAsync.FailsAsync(StatusCode.ResourceExhausted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unary_OverASendLimit_IsResourceExhausted(bool atTheServer)
    {
        await using var server = await RpcServer.StartAsync(
            options => options.MaxSendMessageSize = atTheServer ? 10 : null);
        var client = server.Client(new() { MaxSendMessageSize = atTheServer ? null : 10 });

        var failure = await client.Unary(new byte[11]).ResponseAsync.FailsAsync(StatusCode.ResourceExhausted);

        Assert.Contains("11", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_SecondWriteAfterReturn_IsRefused()
    {
        await using var server = await RpcServer.StartAsync();
        var kept = new TaskCompletionSource<IServerStreamWriter<byte[]>>();
        server.Handlers.Duplex = (_, responses, _) =>
        {
            kept.SetResult(responses);
            return Task.CompletedTask;
        };
        using var call = server.Client().Duplex();
        await call.ResponseStream.ReadAllAsync().Soon();

        var writer = await kept.Task.Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync([1]));
    }
}

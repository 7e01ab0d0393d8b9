using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Connections.Features;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class CancellationTests
{
    [Fact]
    public async Task Unary_CallerCancels_BothSidesSeeIt()
    {
        await using var server = await RpcServer.StartAsync();
        var (began, seen) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Handlers.Unary = async (request, context) =>
        {
            began.SetResult();
            await Forever(context.CancellationToken);
            seen.SetResult();
            return request;
        };
        using var cancel = new CancellationTokenSource();

        using var call = server.Client().Unary([1], new CallOptions(cancellationToken: cancel.Token));
        await began.Task.Soon();
        await cancel.CancelAsync();

        await call.ResponseAsync.FailsAsync(StatusCode.Cancelled);
        await seen.Task.Soon();
    }

    [Fact]
    public async Task Duplex_CallerDisposesAfterFirstResponse_ReadEndsWithACancelledToken()
    {
        await using var server = await RpcServer.StartAsync();
        var seen = new TaskCompletionSource<(Exception Thrown, bool IsCancelled)>();
        server.Handlers.Duplex = async (requests, responses, context) =>
        {
            try
            {
                while (await requests.MoveNext())
                {
                    await responses.WriteAsync(requests.Current);
                }
            }
            catch (Exception thrown)
            {
                seen.SetResult((thrown, context.CancellationToken.IsCancellationRequested));
                throw;
            }
        };

        var call = server.Client().Duplex();
        await call.RequestStream.WriteAsync([1]);
        Assert.True(await call.ResponseStream.MoveNext().Soon());
        call.Dispose();

        var (thrown, isCancelled) = await seen.Task.Soon();
        Assert.IsAssignableFrom<OperationCanceledException>(thrown);
        Assert.True(isCancelled);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await call.ResponseStream.MoveNext().FailsAsync(StatusCode.Cancelled);
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task Download_CallerDisposesWhileServerWrites_WriterIsReleased()
    {
        await using var server = await RpcServer.StartAsync();
        var seen = new TaskCompletionSource<bool>();
        server.Handlers.Download = async (_, responses, context) =>
        {
            try
            {
                while (true)
                {
                    await responses.WriteAsync(new byte[64 * 1024]);
                }
            }
            catch (OperationCanceledException)
            {
                seen.SetResult(context.CancellationToken.IsCancellationRequested);
                throw;
            }
        };

        var call = server.Client().Download(1);
        Assert.True(await call.ResponseStream.MoveNext().Soon());
        call.Dispose();

        Assert.True(await seen.Task.Soon());
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task Duplex_TokenOfOneRead_CancelsTheCall()
    {
        await using var server = await RpcServer.StartAsync();
        using var cancel = new CancellationTokenSource();
        using var call = server.Client().Duplex();

        var read = call.ResponseStream.MoveNext(cancel.Token);
        await cancel.CancelAsync();

        await read.FailsAsync(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Unary_CancelledBeforeTheCall_IsCancelled()
    {
        await using var server = await RpcServer.StartAsync();

        await server.Client().Unary([1], new CallOptions(cancellationToken: new CancellationToken(canceled: true)))
            .ResponseAsync.FailsAsync(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Unary_ThrowOperationCanceled_IsWhatACancelledCallThrows()
    {
        await using var server = await RpcServer.StartAsync();
        var client = server.Client(new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });

        var call = client.Unary([1], new CallOptions(cancellationToken: new CancellationToken(canceled: true)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync.Soon());
    }

    [Fact]
    public async Task Channel_Disposed_EndsItsCalls()
    {
        await using var server = await RpcServer.StartAsync();
        var channel = server.Channel();
        using var call = channel.CreateCallInvoker().Duplex();
        await call.RequestStream.WriteAsync([1]);
        Assert.True(await call.ResponseStream.MoveNext().Soon());

        channel.Dispose();

        await call.ResponseStream.MoveNext().FailsAsync(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Duplex_ServerVanishes_IsUnavailable()
    {
        var server = await RpcServer.StartAsync();
        server.Handlers.Duplex = async (requests, responses, context) =>
        {
            await responses.WriteAsync([1]);
            context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()!.Abort();
            await Forever(context.CancellationToken);
        };
        using var call = server.Client().Duplex();
        try
        {
            await call.ResponseStream.MoveNext();
            await call.ResponseStream.MoveNext();
            Assert.Fail("The stream ended well.");
        }
        catch (RpcException failure)
        {
            Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        }

        await server.DisposeAsync();
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailable()
    {
        var server = await RpcServer.StartAsync();
        string address = server.Address;
        await server.DisposeAsync();
        using var channel = GrpcChannel.ForAddress(address);

        await channel.CreateCallInvoker().Unary([1]).ResponseAsync.FailsAsync(StatusCode.Unavailable);
    }

    private static async Task Forever(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        using var registration = cancellationToken.Register(never.SetResult);
        await never.Task;
    }
}

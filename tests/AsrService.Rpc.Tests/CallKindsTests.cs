using Grpc.Core;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class CallKindsTests
{
    [Fact]
    public async Task Unary_Request_IsAnswered()
    {
        await using var server = await RpcServer.StartAsync();

        byte[] answer = await server.Client().Unary([1, 2, 3]).ResponseAsync.Soon();

        Assert.Equal([1, 2, 3], answer);
        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task BlockingUnaryCall_Request_IsAnswered()
    {
        await using var server = await RpcServer.StartAsync();
        var client = server.Client();

        byte[] answer = await Task.Run(() => client.BlockingUnaryCall(Bytes.Unary, null, default, [7])).Soon();

        Assert.Equal([7], answer);
    }

    [Fact]
    public async Task Unary_FourMegabytes_ComeBack()
    {
        await using var server = await RpcServer.StartAsync();
        byte[] request = new byte[4 * 1024 * 1024];
        new Random(1).NextBytes(request);

        byte[] answer = await server.Client().Unary(request).ResponseAsync.Soon();

        Assert.Equal(request, answer);
    }

    [Fact]
    public async Task Unary_EmptyMessage_ComesBackEmpty()
    {
        await using var server = await RpcServer.StartAsync();

        Assert.Empty(await server.Client().Unary([]).ResponseAsync.Soon());
    }

    [Fact]
    public async Task Unary_TwoThousandAtOnce_AllAreAnswered()
    {
        await using var server = await RpcServer.StartAsync();
        var client = server.Client();

        var calls = Enumerable.Range(0, 2000).Select(n => client.Unary(BitConverter.GetBytes(n)).ResponseAsync);
        byte[][] answers = await Task.WhenAll(calls).Soon();

        Assert.Equal(Enumerable.Range(0, 2000), answers.Select(answer => BitConverter.ToInt32(answer)));
    }

    [Fact]
    public async Task Upload_TenThousandMessages_AreCounted()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = server.Client().Upload();
        byte[] message = new byte[3200];

        for (int index = 0; index < 10_000; index++)
        {
            await call.RequestStream.WriteAsync(message);
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(32_000_000, BitConverter.ToInt32(await call.ResponseAsync.Soon()));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Download_TenThousandMessages_KeepTheirOrder()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = server.Client().Download(10_000);

        var messages = await call.ResponseStream.ReadAllAsync().Soon();

        Assert.Equal(Enumerable.Range(0, 10_000), messages.Select(message => BitConverter.ToInt32(message)));
    }

    [Fact]
    public async Task Duplex_TenThousandMessages_KeepTheirOrder()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = server.Client().Duplex();
        byte[] message = new byte[3200];

        var reading = call.ResponseStream.ReadAllAsync();
        for (int index = 0; index < 10_000; index++)
        {
            BitConverter.TryWriteBytes(message, index);
            await call.RequestStream.WriteAsync(message);
        }

        await call.RequestStream.CompleteAsync();
        var messages = await reading.Soon();
        Assert.Equal(Enumerable.Range(0, 10_000), messages.Select(answer => BitConverter.ToInt32(answer)));
    }

    [Fact]
    public async Task Duplex_PingPong_AnswersEachAtOnce()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = server.Client().Duplex();

        foreach (int size in new[] { 31415, 9, 2653, 58979 })
        {
            await call.RequestStream.WriteAsync(new byte[size]);
            Assert.True(await call.ResponseStream.MoveNext().Soon());
            Assert.Equal(size, call.ResponseStream.Current.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext().Soon());
    }

    [Fact]
    public async Task Duplex_EmptyStream_EndsWell()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = server.Client().Duplex();

        await call.RequestStream.CompleteAsync();

        Assert.Empty(await call.ResponseStream.ReadAllAsync().Soon());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Download_NoMessages_EndsWell()
    {
        await using var server = await RpcServer.StartAsync();
        using var call = server.Client().Download(0);

        Assert.Empty(await call.ResponseStream.ReadAllAsync().Soon());
    }
}

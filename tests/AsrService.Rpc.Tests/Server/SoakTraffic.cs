using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using static AsrService.Rpc.Tests.Server.Abuse;
using Alpha = Grpc.Reflection.V1Alpha;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace AsrService.Rpc.Tests.Server;

/// <summary>One round of everything that callers do to a server, good and bad; nothing of it is left open.</summary>
internal sealed class SoakTraffic(RpcServer server)
{
    private const string Duplex = "/test.Bytes/Duplex";
    private const string Unary = "/test.Bytes/Unary";
    private const int Streams = 128;

    private static readonly byte[] Bomb = Gzip(new byte[12 << 20]);

    public async Task RoundAsync()
    {
        await using var silent = await RawConnection.OpenAsync(server.Port); // half open through the round
        using var empty = new TcpClient("127.0.0.1", server.Port);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = channel.CreateCallInvoker();

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, Streams).Select(index => StreamAsync(client, index % 2 == 0))),
            Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ExpireAsync(client))),
            Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ZipAsync(client))),
            Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OversizeAsync(client))),
            Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WatchAsync(channel))),
            ReflectAsync(channel),
            ResetAsync(),
            HangUpAsync(),
            LieAsync());
    }

    private static async Task StreamAsync(CallInvoker client, bool isCancelled)
    {
        using var call = client.Duplex();
        for (int index = 0; index < 20; index++)
        {
            await call.RequestStream.WriteAsync(new byte[640]);
            Assert.True(await call.ResponseStream.MoveNext().Soon());
        }

        if (isCancelled) return;
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext().Soon());
    }

    private static async Task ExpireAsync(CallInvoker client)
    {
        var deadline = CallExtensions.In(TimeSpan.FromMilliseconds(50));
        using var call = client.Duplex(new CallOptions(deadline: deadline));
        await call.ResponseStream.MoveNext().FailsAsync(StatusCode.DeadlineExceeded);
    }

    private static async Task ZipAsync(CallInvoker client)
    {
        var gzip = new CallOptions(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        Assert.Equal(100_000, (await client.Unary(new byte[100_000], gzip).ResponseAsync.Soon()).Length);
    }

    private static async Task OversizeAsync(CallInvoker client)
    {
        using var call = client.Unary(new byte[(4 << 20) + 1]);
        await call.ResponseAsync.FailsAsync(StatusCode.ResourceExhausted);
    }

    private static async Task WatchAsync(GrpcChannel channel)
    {
        using var watch = new HealthClient(channel).Watch(new() { Service = Guid.NewGuid().ToString() });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None).Soon());
    }

    private static async Task ReflectAsync(GrpcChannel channel)
    {
        using var call = new Alpha.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
    }

    /// <summary>Half a message on each stream, then RST_STREAM.</summary>
    private async Task ResetAsync()
    {
        await using var raw = await RawConnection.OpenAsync(server.Port);
        for (int stream = 1; stream < 100; stream += 2)
        {
            await raw.SendHeadersAsync(stream, RawConnection.CallHeaders(Duplex, ("grpc-timeout", "1H")));
            await raw.SendDataAsync(stream, Frames.Message(new byte[10_000], length: 20_000));
            await raw.SendAsync(Frames.Frame(Frames.Reset, 0, stream, [0, 0, 0, 8]));
        }
    }

    /// <summary>A connection that vanishes amid its calls.</summary>
    private async Task HangUpAsync()
    {
        await using var raw = await RawConnection.OpenAsync(server.Port);
        for (int stream = 1; stream < 20; stream += 2)
        {
            await raw.SendHeadersAsync(stream, RawConnection.CallHeaders(Duplex, ("grpc-timeout", "1H")));
            await raw.SendDataAsync(stream, [.. Frames.Message([1]), .. Frames.Message([2], length: 1_000)]);
        }

        raw.Abort();
    }

    /// <summary>Messages that are not what their headers say.</summary>
    private async Task LieAsync()
    {
        await using var raw = await RawConnection.OpenAsync(server.Port);
        await raw.SendHeadersAsync(1, RawConnection.CallHeaders(Unary));
        await raw.SendDataAsync(1, Frames.Message([1], length: uint.MaxValue));
        Assert.Equal("8", (await raw.ReadResponseAsync(1)).Status);

        await raw.SendHeadersAsync(3, RawConnection.CallHeaders(Unary, ("grpc-encoding", "gzip")));
        await raw.SendDataAsync(3, Frames.Message(Bomb, flag: 1), endStream: true);
        Assert.Equal("8", (await raw.ReadResponseAsync(3)).Status);

        await raw.SendHeadersAsync(5, RawConnection.CallHeaders(Unary));
        await raw.SendDataAsync(5, Frames.Message([1], length: 10), endStream: true);
        Assert.Equal("13", (await raw.ReadResponseAsync(5)).Status);
    }
}

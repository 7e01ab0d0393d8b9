using System.IO.Compression;
using Grpc.Core;

namespace AsrService.Rpc.Tests.Server;

/// <summary>What a hostile client sends, and a well-behaved call beside it that must not notice.</summary>
internal static class Abuse
{
    public static async Task<RawResponse> Answers(
        Func<RawConnection, Task> send, StatusCode status, string text, Action<RpcServer>? arrange = null)
    {
        var answer = await Exchange(send, arrange);

        Assert.Equal(((int)status).ToString(provider: null), answer.Status);
        Assert.Contains(text, Uri.UnescapeDataString(answer.Headers["grpc-message"]), StringComparison.Ordinal);
        return answer;
    }

    public static async Task<RawResponse> Exchange(
        Func<RawConnection, Task> send, Action<RpcServer>? arrange = null, int stream = 1)
    {
        await using var server = await RpcServer.StartAsync();
        arrange?.Invoke(server);
        await using var raw = await RawConnection.OpenAsync(server.Port);
        using var neighbour = server.Client().Duplex();
        await neighbour.RequestStream.WriteAsync([1]);
        Assert.True(await neighbour.ResponseStream.MoveNext().Soon());

        await send(raw);
        var answer = await raw.ReadResponseAsync(stream).Soon();

        await neighbour.RequestStream.WriteAsync([2]);
        Assert.True(await neighbour.ResponseStream.MoveNext().Soon());
        Assert.Equal([2], neighbour.ResponseStream.Current);
        Assert.Empty(server.Logs.Messages);
        return answer;
    }

    public static async Task AssertUndisturbed(RpcServer server) =>
        Assert.Equal([42], await server.Client().Upload42Async(server));

    /// <summary>A call of a method that the abuse tests leave alone.</summary>
    public static async Task<byte[]> Upload42Async(this CallInvoker client, RpcServer server)
    {
        server.Handlers.Upload = (_, _) => Task.FromResult<byte[]>([42]);
        using var call = client.Upload();
        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync.Soon();
    }

    public static byte[] Gzip(byte[] plain)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
        {
            gzip.Write(plain);
        }

        return bytes.ToArray();
    }
}

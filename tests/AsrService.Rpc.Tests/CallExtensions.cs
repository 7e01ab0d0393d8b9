using Grpc.Core;

namespace AsrService.Rpc.Tests;

/// <summary>Calls of the bytes service without the words that stay the same.</summary>
internal static class CallExtensions
{
    /// <summary>Far longer than anything here takes; whoever waits so long has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static AsyncUnaryCall<byte[]> Unary(
        this CallInvoker client, byte[] request, CallOptions options = default) =>
        client.AsyncUnaryCall(Bytes.Unary, null, options, request);

    public static AsyncClientStreamingCall<byte[], byte[]> Upload(
        this CallInvoker client, CallOptions options = default) =>
        client.AsyncClientStreamingCall(Bytes.Upload, null, options);

    public static AsyncServerStreamingCall<byte[]> Download(
        this CallInvoker client, int count, CallOptions options = default) =>
        client.AsyncServerStreamingCall(Bytes.Download, null, options, BitConverter.GetBytes(count));

    public static AsyncDuplexStreamingCall<byte[], byte[]> Duplex(
        this CallInvoker client, CallOptions options = default) =>
        client.AsyncDuplexStreamingCall(Bytes.Duplex, null, options);

    public static async Task<List<byte[]>> ReadAllAsync(this IAsyncStreamReader<byte[]> reader)
    {
        var messages = new List<byte[]>();
        while (await reader.MoveNext())
        {
            messages.Add(reader.Current);
        }

        return messages;
    }

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience);

    public static Task Soon(this Task task) => task.WaitAsync(Patience);

    public static async Task<RpcException> FailsAsync(this Task call, StatusCode code)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.Soon());
        Assert.True(code == failure.StatusCode, $"{code} was expected, not {failure.Status}");
        return failure;
    }

    public static DateTime In(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;
}

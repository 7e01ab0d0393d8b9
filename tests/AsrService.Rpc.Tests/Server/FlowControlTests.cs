using AsrService.Rpc.Server;
using Grpc.Core;

namespace AsrService.Rpc.Tests.Server;

[Trait("Category", "EndToEnd")]
public class FlowControlTests
{
    private const int Stuck = 127;
    private static readonly byte[] Piece = new byte[16 * 1024];

    [Fact]
    public async Task Duplex_127StreamsNeitherReadNorRead_TheNextOneIsUndisturbed()
    {
        await using var server = await RpcServer.StartAsync();
        var connections = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        using var stuck = new CountdownEvent(2 * Stuck); // the handler writes, the caller has half filled a window
        server.Handlers.Duplex = async (requests, responses, context) =>
        {
            connections.AddOrUpdate(context.GetHttpContext().Connection.Id, 1, (_, count) => count + 1);
            if (context.RequestHeaders.Get("healthy") is null)
            {
                stuck.Signal();
                await WriteForever(responses, () => { });
            }

            while (await requests.MoveNext())
            {
                await responses.WriteAsync(requests.Current);
            }
        };
        var client = server.Client();

        await client.Unary([1]).ResponseAsync.Soon(); // before the server's settings come, 100 streams are the limit

        var calls = Enumerable.Range(0, Stuck).Select(_ => client.Duplex()).ToArray();
        var fillings = calls.Select(call => WriteForever(call.RequestStream, () => stuck.Signal())).ToArray();
        Assert.True(await Task.Run(() => stuck.Wait(CallExtensions.Patience)));
        using var healthy = client.Duplex(new CallOptions(new Metadata { { "healthy", "yes" } }));
        for (int index = 0; index < 300; index++)
        {
            await healthy.RequestStream.WriteAsync(new byte[3200]).Soon();
            Assert.True(await healthy.ResponseStream.MoveNext().Soon());
        }

        Assert.Equal(Stuck + 1, Assert.Single(connections).Value);
        foreach (var call in calls)
        {
            call.Dispose();
        }

        await Task.WhenAll(fillings).Soon();
    }

    [Fact]
    public async Task Upload_HandlerThatDoesNotRead_HoldsTheWriterBack()
    {
        await using var server = await RpcServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Handlers.Upload = async (requests, _) =>
        {
            await release.Task;
            int count = 0;
            while (await requests.MoveNext())
            {
                count++;
            }

            return BitConverter.GetBytes(count);
        };
        var client = server.Client();
        using var upload = client.Upload();
        using var other = client.Duplex();
        const int All = 4096; // 64 MiB
        int written = 0;

        async Task WriteAll()
        {
            for (; written < All; written++)
            {
                await upload.RequestStream.WriteAsync(Piece);
            }

            await upload.RequestStream.CompleteAsync();
        }

        var writing = WriteAll();
        for (int index = 0; index < 500; index++)
        {
            await other.RequestStream.WriteAsync(new byte[640]);
            Assert.True(await other.ResponseStream.MoveNext().Soon());
        }

        Assert.InRange(Volatile.Read(ref written), 1, (GrpcKestrelLimits.StreamWindow / Piece.Length) + 4);
        release.SetResult();
        await writing.Soon();
        Assert.Equal(All, BitConverter.ToInt32(await upload.ResponseAsync.Soon()));
    }

    private static async Task WriteForever(IAsyncStreamWriter<byte[]> stream, Action onNearlyFull)
    {
        try
        {
            for (int index = 1; ; index++)
            {
                await stream.WriteAsync(Piece);
                if (index == 4) onNearlyFull();
            }
        }
        catch (RpcException)
        {
            // disposed at the end
        }
    }
}

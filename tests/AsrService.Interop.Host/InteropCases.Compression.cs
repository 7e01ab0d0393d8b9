using Grpc.Core;
using Grpc.Testing;
using static AsrService.Interop.Host.InteropPeer;

namespace AsrService.Interop.Host;

internal static partial class InteropCases
{
    private static async Task ClientCompressedUnaryAsync(InteropPeer peer)
    {
        var compressed = Large();
        compressed.ExpectCompressed = new BoolValue { Value = true };
        if (peer.SeesCompression)
        {
            await Expect.StatusAsync(
                StatusCode.InvalidArgument, () => peer.Test.UnaryCallAsync(compressed, Options()).ResponseAsync);
        }

        Expect.Zeros(314159, (await peer.Test.UnaryCallAsync(compressed, Options(Gzip()))).Payload);
        Expect.Sequence([true], peer.SentCompressed, "compression of the request");

        var plain = Large();
        plain.ExpectCompressed = new BoolValue { Value = false };
        Expect.Zeros(314159, (await peer.Test.UnaryCallAsync(plain, Options())).Payload);
        Expect.Sequence([false], peer.SentCompressed, "compression of the request");
    }

    private static async Task ClientCompressedStreamingAsync(InteropPeer peer)
    {
        if (peer.SeesCompression)
        {
            using var probe = peer.Test.StreamingInputCall(Options());
            await probe.RequestStream.WriteAsync(Input(27182, compressed: true));
            await Expect.StatusAsync(StatusCode.InvalidArgument, () => probe.ResponseAsync);
        }

        using var call = peer.Test.StreamingInputCall(Options(Gzip()));
        await call.RequestStream.WriteAsync(Input(27182, compressed: true));
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(Input(45904, compressed: false));
        await call.RequestStream.CompleteAsync();

        Expect.Equal(73086, (await call).AggregatedPayloadSize, "sum of sizes");
        Expect.Sequence([true, false], peer.SentCompressed, "compression of the requests");
    }

    private static async Task ServerCompressedUnaryAsync(InteropPeer peer)
    {
        foreach (bool compressed in new[] { true, false })
        {
            var request = Large();
            request.ResponseCompressed = new BoolValue { Value = compressed };
            Expect.Zeros(314159, (await peer.Test.UnaryCallAsync(request, Options())).Payload);
            Expect.Sequence([compressed], peer.ReceivedCompressed, "compression of the response");
        }
    }

    private static async Task ServerCompressedStreamingAsync(InteropPeer peer)
    {
        var request = Output([31415, 92653]);
        request.ResponseParameters[0].Compressed = new BoolValue { Value = true };
        request.ResponseParameters[1].Compressed = new BoolValue { Value = false };
        using var call = peer.Test.StreamingOutputCall(request, Options());

        await ExpectPayloadsAsync(call.ResponseStream, 31415, 92653);
        Expect.Sequence([true, false], peer.ReceivedCompressed, "compression of the responses");
    }

    /// <summary>Compresses all requests of a call that do not say otherwise.</summary>
    private static Metadata Gzip() => new() { { EchoNames.CompressionRequest, "gzip" } };

    private static StreamingInputCallRequest Input(int size, bool compressed) =>
        new() { Payload = Zeros(size), ExpectCompressed = new BoolValue { Value = compressed } };
}

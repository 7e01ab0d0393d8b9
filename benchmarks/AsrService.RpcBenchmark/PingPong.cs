using System.Diagnostics;
using AsrService.Contracts.V1;
using Google.Protobuf;

namespace AsrService.RpcBenchmark;

/// <summary>One stream that waits for each answer before it sends the next message.</summary>
internal sealed class PingPong(ServerProcess server)
{
    private const int MessageBytes = 3200;
    private const int Warmup = 5_000;
    private const int Count = 20_000;

    public async Task RunAsync(TextWriter report)
    {
        using var channel = server.Connect();
        using var call = new Transcriber.TranscriberClient(channel).StreamingTranscribe();
        var audio = ByteString.CopyFrom(new byte[MessageBytes]);
        var latencies = new List<long>(Count);
        for (int index = 0; index < Warmup + Count; index++)
        {
            long start = Stopwatch.GetTimestamp();
            await call.RequestStream.WriteAsync(new StreamingTranscribeRequest
            {
                Audio = new AudioChunk { Data = audio, Sequence = (ulong)index * MessageBytes / 2 },
            });
            await call.ResponseStream.MoveNext(CancellationToken.None);
            if (index >= Warmup) latencies.Add(Stopwatch.GetTimestamp() - start);
        }

        await call.RequestStream.CompleteAsync();
        report.WriteLine($"Ping-pong: {Count} x {MessageBytes} B, one stream: {new Latencies(latencies)}");
    }
}

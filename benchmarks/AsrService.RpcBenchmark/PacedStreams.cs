using System.Diagnostics;
using AsrService.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AsrService.RpcBenchmark;

/// <summary>Streams that send 20 ms of 16 kHz audio every 20 ms and take an answer to each message.</summary>
internal sealed class PacedStreams(ServerProcess server, int streams, int seconds)
{
    private const int MessageBytes = 640;
    private const int MessagesPerSecond = 50;
    private static readonly ByteString Audio = ByteString.CopyFrom(new byte[MessageBytes]);

    /// <summary>Runs and reports; false when a message was lost or came out of order.</summary>
    public async Task<bool> RunAsync(TextWriter report)
    {
        using var channel = server.Connect();
        var client = new Transcriber.TranscriberClient(channel);
        await Task.WhenAll(
            Enumerable.Range(0, streams).Select(index => StreamAsync(client, index, 2 * MessagesPerSecond)));

        var before = await server.UsageAsync();
        long start = Stopwatch.GetTimestamp();
        var runs = await Task.WhenAll(
            Enumerable.Range(0, streams).Select(index => StreamAsync(client, index, seconds * MessagesPerSecond)));
        var took = Stopwatch.GetElapsedTime(start);
        var after = await server.UsageAsync();

        long sent = (long)streams * seconds * MessagesPerSecond;
        long answered = runs.Sum(run => (long)run.Length);
        double cores = (after.Processor - before.Processor) / took;
        double allocated = (after.AllocatedBytes - before.AllocatedBytes) / (double)sent;
        report.WriteLine(FormattableString.Invariant($"""
            Paced: {streams} streams x {MessagesPerSecond} messages/s x {MessageBytes} B for {took.TotalSeconds:F1} s
              messages: {sent} sent, {answered} answered in order, {sent - answered} lost
              server: {cores:F3} cores, working set {after.WorkingSet / 1048576} MiB
              allocated by the server: {allocated:F0} B per message, {allocated - MessageBytes:F0} B beyond the payload
              its gen0 collections: {after.Collections - before.Collections}
              answer after: {new Latencies(runs.SelectMany(run => run))}
            """));
        return sent == answered;
    }

    private static async Task<long[]> StreamAsync(Transcriber.TranscriberClient client, int index, int count)
    {
        using var call = client.StreamingTranscribe();
        long[] sentAt = new long[count];
        var writing = WriteAsync(call.RequestStream, index, sentAt);
        var latencies = new List<long>(count);
        while (await call.ResponseStream.MoveNext())
        {
            ulong expected = (ulong)(latencies.Count + 1) * MessageBytes / 2;
            ulong acked = call.ResponseStream.Current.Cursors.AckedSequence;
            if (acked != expected) throw new UnreachableException($"{acked} is not {expected}.");

            latencies.Add(Stopwatch.GetTimestamp() - sentAt[latencies.Count]);
        }

        await writing;
        return [.. latencies];
    }

    private static async Task WriteAsync(
        IClientStreamWriter<StreamingTranscribeRequest> requests, int index, long[] sentAt)
    {
        // The timer's beat may slip; the schedule, from which the number of messages due follows, does not.
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / MessagesPerSecond));
        long start = Stopwatch.GetTimestamp();
        double offset = index % 20 / 1000.0; // so that not all send at once
        for (int next = 0; next < sentAt.Length;)
        {
            double due = (Stopwatch.GetElapsedTime(start).TotalSeconds - offset) * MessagesPerSecond;
            for (; next < sentAt.Length && next < due; next++)
            {
                sentAt[next] = Stopwatch.GetTimestamp();
                await requests.WriteAsync(new StreamingTranscribeRequest
                {
                    Audio = new AudioChunk { Data = Audio, Sequence = (ulong)next * MessageBytes / 2 },
                });
            }

            await beat.WaitForNextTickAsync();
        }

        await requests.CompleteAsync();
    }
}

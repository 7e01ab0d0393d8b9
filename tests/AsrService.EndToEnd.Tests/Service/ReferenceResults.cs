using System.Collections.Concurrent;
using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Recordings;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace AsrService.EndToEnd.Tests.Service;

/// <summary>A final, as far as it must be the same whoever asks for it, and how.</summary>
internal sealed record Heard(uint Channel, TimeSpan Start, TimeSpan End, string Text)
{
    public static Heard[] Of(IEnumerable<Result> finals) => Sort(finals.Select(
        final => new Heard(final.Channel, final.Start.ToTimeSpan(), final.End.ToTimeSpan(), final.StableText)));

    public static Heard[] Of(IEnumerable<Segment> segments) => Sort(segments.Select(
        segment => new Heard(segment.Channel, segment.Start.ToTimeSpan(), segment.End.ToTimeSpan(), segment.Text)));

    private static Heard[] Sort(IEnumerable<Heard> heard) => [.. heard.OrderBy(one => one.Channel).ThenBy(one => one.Start)];
}

/// <summary>What our own client hears in clips, each uploaded once as a file that is cut as live audio is.</summary>
internal sealed class ReferenceResults(GrpcChannel channel)
{
    private const int ChunkBytes = 64 * 1024;

    private readonly ConcurrentDictionary<Clip, Lazy<Task<Heard[]>>> _known = new();
    private readonly ConcurrentBag<string> _texts = [];
    private static readonly SemaphoreSlim Places = new(8); // more would wait at the service, and very many be refused

    /// <summary>All texts so far.</summary>
    public IEnumerable<string> Texts => _texts;

    public Task<Heard[]> OfAsync(Clip clip) => _known.GetOrAdd(clip, key => new(() => AskAsync(key))).Value;

    private async Task<Heard[]> AskAsync(Clip clip)
    {
        await Places.WaitAsync();
        try
        {
            return await UploadAsync(clip);
        }
        finally
        {
            Places.Release();
        }
    }

    private async Task<Heard[]> UploadAsync(Clip clip)
    {
        using var call = new Transcriber.TranscriberClient(channel).TranscribeFile();
        var reading = ReadAsync(call.ResponseStream);
        var config = new TranscribeFileConfig { AudioFormat = clip.Format, File = new() { Segmentation = Segmentation.Live } };
        await call.RequestStream.WriteAsync(new() { Config = config });
        foreach (byte[] chunk in clip.Bytes.Chunk(ChunkBytes))
            await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(chunk) });
        await call.RequestStream.CompleteAsync();

        var heard = Heard.Of(await reading);
        foreach (var one in heard) _texts.Add(one.Text);
        return heard;
    }

    private static async Task<List<Segment>> ReadAsync(IAsyncStreamReader<TranscribeFileResponse> responses)
    {
        var segments = new List<Segment>();
        while (await responses.MoveNext(CancellationToken.None))
        {
            if (responses.Current.Segment is { } segment) segments.Add(segment);
        }

        return segments;
    }
}

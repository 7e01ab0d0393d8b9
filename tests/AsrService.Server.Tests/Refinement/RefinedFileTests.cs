using AsrService.Contracts.V1;
using AsrService.Engine;
using AsrService.Engine.Transcripts;
using Google.Protobuf;
using FileOptions = AsrService.Contracts.V1.FileOptions;

namespace AsrService.Server.Tests.Refinement;

/// <summary>Aligned words of recordings.</summary>
[Trait("Category", "EndToEnd")]
public class RefinedFileTests
{
    private static readonly byte[] Speech = Clips.InterviewWav(9);

    [Theory, InlineData(Segmentation.Live), InlineData(Segmentation.Offline)]
    public async Task Recording_AlignerAnswers_HasAlignedWordsInEverySegment(Segmentation segmentation)
    {
        var aligner = new FakeAligner();
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner));

        var whole = await TranscribeAsync(server, segmentation, WordTimes.AlignedRequired);
        var estimated = await TranscribeAsync(server, segmentation, WordTimes.Estimated);
        var events = await UploadAsync(server, segmentation);

        var segments = events.Where(one => one.Segment is not null).Select(one => one.Segment).ToList();
        Assert.NotEmpty(whole.Segments);
        Assert.Equal(estimated.Segments.Select(Said), whole.Segments.Select(Said));
        Assert.Equal(whole.Segments.Select(Said), segments.Select(Said));
        foreach (var (one, other) in whole.Segments.Zip(segments)) Assert.Equal(one.Words, other.Words);
        Assert.All(whole.Segments.SelectMany(segment => segment.Words), word => Assert.Equal(WordTiming.Aligned, word.Timing));
        Assert.All(whole.Segments, segment => Assert.Equal(segment.Start, segment.Words[0].Start));
        Assert.Empty(whole.Warnings);
        Assert.Equal(whole.Segments.Count + segments.Count, aligner.Calls);
        Assert.Equal(whole.Delivery, events[^1].Completed.Delivery);
        AssertDelivery(whole);
    }

    [Fact]
    public async Task Recording_AlignerFails_KeepsEstimatedTimesAndWarnsOnce()
    {
        var aligner = new FakeAligner { Answer = (_, _) => throw new AsrException(AsrFailure.Unavailable, "A fault injected.") };
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner));

        var whole = await TranscribeAsync(server, Segmentation.Live, WordTimes.AlignedPreferred);
        var estimated = await TranscribeAsync(server, Segmentation.Live, WordTimes.Estimated);
        var events = await UploadAsync(server, Segmentation.Live);

        Assert.True(whole.Segments.Count > 1);
        foreach (var (one, other) in whole.Segments.Zip(estimated.Segments)) Assert.Equal(other.Words, one.Words);
        Assert.Equal(whole.Segments[0].SegmentId, Assert.Single(whole.Warnings).ResultId);
        int segment = events.FindIndex(one => one.Segment is not null), warning = events.FindIndex(one => one.Warning is not null);
        Assert.Equal(segment + 1, warning);
        Assert.Single(events, one => one.Warning is not null);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Capabilities_WithAligner_NameItsLanguages()
    {
        var aligner = new FakeAligner { Languages = [.. LanguageCatalog.All.Where(language => language.CanAlign)] };
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner));

        var capabilities = await server.Client.GetCapabilitiesAsync(new());

        Assert.Equal([Feature.Resume, Feature.WordAlignment], capabilities.Features);
        Assert.Equal(["zh", "en"], capabilities.Models[0].AlignmentLanguages.Select(language => language.Tag)); // of the model's two
    }

    /// <summary>A pace for each segment; pauses where no word is.</summary>
    private static void AssertDelivery(TranscribeResponse whole)
    {
        Assert.Equal(Enumerable.Range(0, whole.Segments.Count).Select(i => (uint)i), whole.Delivery.Paces.Select(pace => pace.SegmentIndex));
        Assert.Contains(whole.Delivery.Paces, pace => pace.UnitsPerMinute > 60);
        var words = whole.Segments.SelectMany((segment, i) => segment.Words.Select((word, j) => (Segment: (uint)i, Word: (uint)j, At: word))).ToList();
        var gaps = words.Zip(words.Skip(1))
            .Where(pair => pair.Second.At.Start.ToTimeSpan() - pair.First.At.End.ToTimeSpan() >= TimeSpan.FromMilliseconds(300))
            .Select(pair => (pair.First.Segment, pair.First.Word, pair.First.At.End, pair.Second.At.Start));
        Assert.Equal(gaps, whole.Delivery.Pauses.Select(pause => (pause.SegmentIndex, pause.WordIndex, pause.Start, pause.End)));
    }

    private static async Task<TranscribeResponse> TranscribeAsync(TestServer server, Segmentation segmentation, WordTimes times) =>
        await server.Client.TranscribeAsync(new TranscribeRequest
        {
            Audio = ByteString.CopyFrom(Speech),
            File = new FileOptions { Segmentation = segmentation },
            Recognition = new RecognitionOptions { WordTimes = times },
        });

    private static async Task<List<TranscribeFileResponse>> UploadAsync(TestServer server, Segmentation segmentation)
    {
        using var call = server.Client.TranscribeFile();
        await call.RequestStream.WriteAsync(new() { Config = new() { File = new FileOptions { Segmentation = segmentation } } });
        foreach (byte[] chunk in Speech.Chunk(32_768)) await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(chunk) });
        await call.RequestStream.CompleteAsync();
        var events = new List<TranscribeFileResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) events.Add(call.ResponseStream.Current);
        return events;
    }

    private static string Said(Segment segment) => $"{segment.Start} {segment.End} {segment.Text} {string.Join('|', segment.Words.Select(word => word.Text))}";
}

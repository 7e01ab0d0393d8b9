using AsrService.Audio;
using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>A recording that is segmented as if it were live has the finals that streaming it gives.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveFileTests(LiveEngine live)
{
    public static TheoryData<string> Recordings { get; } = new(LiveAudio.Recordings);

    [Theory, MemberData(nameof(Recordings))]
    public async Task TranscribeAsync_LiveSegmentation_IsWhatStreamingGives(string file)
    {
        var frames = LiveAudio.Read(file);

        var streamed = await live.StreamAsync(
            frames.Samples, new SessionOptions { SampleRate = frames.Rate, Channels = frames.Channels }, frames.Rate / 50);
        var segments = await TranscribeAsync(() => AudioFile.Open(ReferenceClips.PathOf(file)));

        var finals = streamed.Finals().OrderBy(final => (final.Start, final.Channel)).ToList();
        Assert.Equal(finals.Select(Key), segments.Select(Key));
        Assert.Equal(Enumerable.Range(0, segments.Count), segments.Select(segment => segment.Index));
    }

    private async Task<List<FileSegment>> TranscribeAsync(Func<AudioReader> open)
    {
        var segments = new List<FileSegment>();
        var found = live.Engine.TranscribeAsync(
            open, new FileTranscriptionOptions { IsLive = true }, null, TestContext.Current.CancellationToken);
        await foreach (var segment in found) segments.Add(segment);
        return segments;
    }

    private static string Key(ResultEvent final) => LiveEvents.FinalKey(final with { SegmentIndex = 0 });

    private static string Key(FileSegment segment) => LiveEvents.FinalKey(
        new ResultEvent(segment.Channel, 0, 0, IsFinal: true)
        {
            StableText = segment.Result.Text,
            Start = segment.Start,
            End = segment.End,
            Words = segment.Words,
            Language = segment.Language,
            LanguageProbability = segment.LanguageProbability,
            Confidence = segment.Confidence,
            Remarks = segment.Result.Remarks,
            Result = segment.Result,
        });
}

using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>The final of a live segment is what the offline function says of its samples.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveFinalTests(LiveEngine live, ITestOutputHelper output)
{
    public static TheoryData<string> Recordings { get; } = new(ReferenceClips.Recorded.Select(clip => clip.File).Distinct());

    [Theory, MemberData(nameof(Recordings))]
    public async Task Stream_Sample_FinalsAreTheOfflineTranscripts(string file)
    {
        float[] samples = ReferenceClips.Read(file, "mono");

        var events = await live.PaceAsync(samples);

        foreach (var happened in events)
            output.WriteLine(happened is ResultEvent r
                ? $"{(r.IsFinal ? "FINAL" : "part ")} {r.SegmentIndex}.{r.Revision} {r.Start.TotalSeconds:0.00}-{r.End.TotalSeconds:0.00} [{r.StableText}|{r.TentativeText}] {r.Language?.Code} {r.LanguageProbability:0.00} {r.Confidence:0.00} {r.ReplacesStable}"
                : happened.ToString());
        foreach (var final in events.OfType<ResultEvent>().Where(result => result.IsFinal)) AssertOffline(final, samples);
    }

    private void AssertOffline(ResultEvent final, float[] samples)
    {
        int start = (int)(final.Start.Ticks / 625), end = (int)(final.End.Ticks / 625);
        using var recognizer = RecognizerLoader.Load(DemoModel.Folder, new Models.ModelOptions(), threads: 2).Recognizer;
        var offline = recognizer.DecodeSegment(samples.AsSpan(start, end - start), DecodingConfig.Default);
        Assert.Equal(offline.TokenIds, final.Result!.TokenIds);
        Assert.Equal(offline.Text, final.StableText);
    }
}

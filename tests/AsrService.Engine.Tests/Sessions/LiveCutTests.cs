using AsrService.Audio;
using AsrService.Engine.Sessions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Speech without a pause, cut wherever it is quietest near the longest end.</summary>
[Trait("Category", "Conformance")]
public sealed class LiveCutTests
{
    private const int Longest = 10; // seconds; cuts are searched in the last five

    [Theory, InlineData(5.2), InlineData(7.5), InlineData(9.4), InlineData(9.55), InlineData(9.7), InlineData(9.85)]
    public async Task Final_AtAForcedCut_ComesWithTheNextPartsText(double quietest)
    {
        await using var script = new LiveScript();
        var samples = TestSignals.Syllables(3 * Longest);
        Hush(samples, quietest);

        var events = await LiveEngine.StreamAsync(
            script.Engine, samples, new SessionOptions { Endpointing = new EndpointingOptions { MaxSegment = TimeSpan.FromSeconds(Longest) } },
            _ => 160, isPaced: true);

        events.AssertSound();
        var results = events.OfType<ResultEvent>().ToList();
        int first = results.FindIndex(result => result.IsFinal);
        Assert.Equal(quietest, results[first].End.TotalSeconds, tolerance: 0.1);
        for (int i = first; i < results.Count - 1; i++)
        {
            if (!results[i].IsFinal || results[i].End != results[i + 1].Start) continue; // ended by a pause
            Assert.Equal(results[i].SegmentIndex + 1, results[i + 1].SegmentIndex);
            Assert.Equal(results[i].Cursors.Received, results[i + 1].Cursors.Received);
        }
    }

    [Fact]
    public async Task Final_AtACutThatNothingFollows_ComesAtTheEnd()
    {
        await using var script = new LiveScript();
        var samples = TestSignals.Syllables(Longest + 0.05);
        Hush(samples, 9.85);

        var events = await LiveEngine.StreamAsync(
            script.Engine, samples, new SessionOptions { Endpointing = new EndpointingOptions { MaxSegment = TimeSpan.FromSeconds(Longest) } },
            _ => 160, isPaced: true);

        events.AssertSound();
        Assert.Equal([0, 1], events.OfType<ResultEvent>().Where(result => result.IsFinal).Select(result => result.SegmentIndex));
    }

    /// <summary>Makes 100 ms quiet, yet not long enough for a pause.</summary>
    private static void Hush(float[] samples, double at)
    {
        int from = (int)((at - 0.05) * LiveAudio.Rate);
        samples.AsSpan(from, LiveAudio.Rate / 10).Clear();
    }
}

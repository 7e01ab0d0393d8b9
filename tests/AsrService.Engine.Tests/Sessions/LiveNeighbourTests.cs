using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>What others send, and how it goes with them, changes nothing for a stream.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveNeighbourTests(LiveEngine live)
{
    private const int Neighbours = 127;
    private const int Chunk = 1_600;

    [Fact]
    public async Task Stream_Among127Others_GivesTheSameEvents()
    {
        var samples = LiveAudio.Read("call-en.wav").Samples.AsSpan(15_000, 6 * LiveAudio.Rate).ToArray();
        var alone = await live.PaceAsync(samples, chunk: Chunk);

        var neighbours = Enumerable.Range(0, Neighbours).Select(Neighbour).ToList();
        List<SessionEvent> among;
        try
        {
            among = await LiveEngine.StreamAsync(
                live.Engine, samples, null, _ => Chunk, isPaced: true, (_, at) => Feed(neighbours, at));
        }
        finally
        {
            foreach (var (session, _) in neighbours) await session.DisposeAsync();
        }

        Assert.Contains(alone.Partials(), partial => partial.Text().Length > 0);
        Assert.Equal(alone.FinalKeys(), among.FinalKeys());
        Assert.Equal(alone.OtherKeys(), among.OtherKeys());
    }

    /// <summary>Under load points are skipped; what was heard at those taken is the same.</summary>
    [Fact]
    public async Task Stream_PointsSkipped_ShowsTheSameTextAtTheOthers()
    {
        var samples = ReferenceClips.Sentences[3].Samples();
        var options = new SessionOptions
        {
            // A language decided, or stable text, would depend on the points before.
            Language = new LanguageOptions(LanguageMode.Force, [LanguageCatalog.All[1]]),
            Interim = new InterimOptions { Interval = TimeSpan.FromMilliseconds(250), Agreement = 8 },
        };

        var all = await live.PaceAsync(samples, options);
        var runs = await Task.WhenAll(
            Enumerable.Range(1, 16).Select(run => live.PaceAsync(samples, options, chunk: 2_500 * run)));

        var texts = all.Partials().ToDictionary(partial => partial.End, partial => partial.Text());
        int compared = 0;
        foreach (var partial in runs.SelectMany(run => run.Partials()).Where(partial => partial.StableText.Length == 0))
        {
            Assert.Equal(texts[partial.End], partial.Text());
            compared++;
        }
        Assert.True(compared > 16, $"{compared} partials");
        foreach (var run in runs) Assert.Equal(all.FinalKeys(), run.FinalKeys());
    }

    private (TranscriptionSession Session, float[] Samples) Neighbour(int seed)
    {
        var interim = new InterimOptions { Interval = TimeSpan.FromSeconds(1 + seed % 5 * 0.25) };
        var session = live.Engine.OpenSession(new SessionOptions { Interim = interim });
        var samples = LiveAudio.Mix(new Random(seed), sentences: 2, shortestPause: 0.3, longestPause: 0.8);
        return (session, samples);
    }

    private static void Feed(List<(TranscriptionSession Session, float[] Samples)> neighbours, int at)
    {
        if (at == 20 * Chunk) neighbours[5].Session.Fail(new InvalidOperationException("Broken on purpose."));
        if (at == 21 * Chunk) _ = neighbours[6].Session.DisposeAsync().AsTask();
        for (int i = 0; i < neighbours.Count; i++)
        {
            if (i is 5 or 6 && at >= 20 * Chunk) continue;
            var (session, samples) = neighbours[i];
            int count = Math.Min(Chunk, samples.Length - at);
            if (count > 0) _ = session.WriteAsync(samples.AsMemory(at, count), CancellationToken.None).AsTask();
        }
    }
}

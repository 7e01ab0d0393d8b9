using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Sessions that are given up at any moment leave nothing behind and disturb nobody.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveDisposalTests(LiveEngine live)
{
    private const int Sessions = 200;
    private const int AtOnce = 8;

    [Fact]
    public async Task DisposeAsync_AtRandomMoments_LeavesNothingBehind()
    {
        var engine = live.Engine;
        await engine.WhenIdleAsync();
        int blocks = engine.Recognizer.Runner.FreeKvBlocks, channels = engine.Health.Channels;
        var samples = LiveAudio.Read("meeting-en.wav").Samples[..(10 * LiveAudio.Rate)];
        var alone = await live.StreamAsync(samples);

        using var all = new SemaphoreSlim(AtOnce);
        var neighbour = live.PaceAsync(samples);
        var leaving = Enumerable.Range(0, Sessions).Select(seed => LeaveAsync(new Random(seed), all));
        await Task.WhenAll(leaving);
        var among = await neighbour;
        await engine.WhenIdleAsync();

        Assert.Equal(alone.FinalKeys(), among.FinalKeys());
        Assert.Equal(blocks, engine.Recognizer.Runner.FreeKvBlocks);
        Assert.Equal(channels, engine.Health.Channels);
    }

    /// <summary>Sends some audio, hears some of what comes of it, and goes.</summary>
    private async Task LeaveAsync(Random random, SemaphoreSlim all)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await all.WaitAsync(cancellation);
        try
        {
            int channels = random.Next(1, 4);
            await using var session = live.Engine.OpenSession(new SessionOptions { Channels = channels });
            var speech = ReferenceClips.Sentences[random.Next(ReferenceClips.Sentences.Count)].Samples();
            var frames = speech[..random.Next(LiveAudio.Rate / 2, speech.Length)]
                .SelectMany(sample => Enumerable.Repeat(sample, channels)).ToArray();
            await session.WriteAsync(frames, cancellation);
            if (random.Next(3) == 0) session.Complete();
            else if (random.Next(3) == 0) session.FinalizeSegments();

            int events = random.Next(3); // the first is that speech began; there may not be more
            for (int i = 0; i < events; i++)
            {
                var next = session.ReadAsync(cancellation).AsTask();
                await Task.WhenAny(next, live.Engine.WhenIdleAsync());
                if (!next.IsCompleted) break;
            }
        }
        finally
        {
            all.Release();
        }
    }
}

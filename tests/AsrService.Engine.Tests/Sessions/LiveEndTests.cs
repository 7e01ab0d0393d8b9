using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>How sessions end, and what they refuse.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveEndTests(LiveEngine live)
{
    private static readonly float[] Hop = new float[160];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(0), InlineData(1), InlineData(159), InlineData(1_599)]
    public async Task Complete_HardlyAnyAudio_EndsWithoutText(int count)
    {
        await using var session = live.Engine.OpenSession(new SessionOptions());
        var speech = LiveAudio.Read("call-en.wav").Samples.AsMemory(30_000, count);

        await session.WriteAsync(speech, Cancellation);
        session.Complete();
        var events = await LiveEngine.ReadAllAsync(session);

        events.AssertSound();
        Assert.DoesNotContain(events.OfType<ResultEvent>(), result => result.Text().Length > 0);
        Assert.Equal(session.Cursors.Received, session.Cursors.Final);
        Assert.Null(await session.ReadAsync(Cancellation));
    }

    [Theory, InlineData(8_000), InlineData(16_000), InlineData(44_100)]
    public async Task Complete_AllRead_CursorsAreAtTheEnd(int rate)
    {
        await using var session = live.Engine.OpenSession(new SessionOptions { SampleRate = rate });
        var samples = LiveAudio.At(rate, ReferenceClips.Sentences[0].Samples());

        await session.WriteAsync(samples, Cancellation);
        session.Complete();
        session.Complete(); // nothing more to say
        await LiveEngine.ReadAllAsync(session);

        var cursors = session.Cursors;
        Assert.Equal((double)samples.Length / rate, cursors.Received.TotalSeconds, tolerance: 1e-6);
        Assert.Equal((cursors.Received, cursors.Received), (cursors.Processed, cursors.Final));
        Assert.True(session.Speech > TimeSpan.Zero);
    }

    [Fact]
    public async Task WriteAsync_AfterComplete_Throws()
    {
        await using var session = live.Engine.OpenSession(new SessionOptions());
        session.Complete();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.WriteAsync(Hop, Cancellation));
        Assert.Throws<InvalidOperationException>(session.FinalizeSegments);
    }

    [Fact]
    public async Task WriteAsync_PartOfAFrame_Throws()
    {
        await using var session = live.Engine.OpenSession(new SessionOptions { Channels = 2 });

        await Assert.ThrowsAsync<ArgumentException>(async () => await session.WriteAsync(new float[161], Cancellation));
        await session.WriteAsync(Hop, Cancellation);

        Assert.Equal(TimeSpan.FromMilliseconds(5), session.Cursors.Received);
    }

    [Fact]
    public async Task WriteAsync_AfterAFault_ThrowsIt()
    {
        await using var session = live.Engine.OpenSession(new SessionOptions());
        await session.WriteAsync(new float[1_600], Cancellation);

        session.Fail(new InvalidOperationException("Broken on purpose."));

        var written = await Assert.ThrowsAsync<AsrException>(async () => await session.WriteAsync(Hop, Cancellation));
        var read = await Assert.ThrowsAsync<AsrException>(async () => await session.ReadAsync(Cancellation));
        Assert.Equal((AsrFailure.ModelFault, AsrFailure.ModelFault), (written.Failure, read.Failure));
    }

    [Fact]
    public async Task WriteAsync_AfterDispose_Throws()
    {
        var session = live.Engine.OpenSession(new SessionOptions());

        await session.DisposeAsync();
        await session.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await session.WriteAsync(Hop, Cancellation));
        Assert.Null(await session.ReadAsync(Cancellation));
    }
}

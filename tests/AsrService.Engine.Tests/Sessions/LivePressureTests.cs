using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Who sends too fast waits, who reads too slowly ends, and nobody gets in where no place is free.</summary>
[Trait("Category", "Conformance")]
public sealed class LivePressureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_ModelBusy_WaitsAt30Seconds()
    {
        await using var script = new LiveScript();
        await script.Engine.Ready;
        using var isFree = new ManualResetEventSlim();
        script.Model.Extending = () => isFree.Wait(Cancellation);
        await using var session = script.Engine.OpenSession(new SessionOptions());
        var reading = LiveEngine.ReadAllAsync(session);

        var writing = session.WriteAsync(LiveScript.Phrases(120), Cancellation).AsTask();
        await Task.WhenAny(writing, LaggingAsync(session));

        var cursors = session.Cursors;
        Assert.False(writing.IsCompleted);
        Assert.InRange(cursors.Received - cursors.Processed, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(40));
        isFree.Set();
        await writing;
        session.Complete();
        (await reading).AssertSound();
    }

    /// <summary>Nothing begins behind the final: its end alone makes room.</summary>
    [Fact]
    public async Task WriteAsync_LongSilenceBehindABusyFinal_GoesOn()
    {
        await using var script = new LiveScript();
        await script.Engine.Ready;
        using var isFree = new ManualResetEventSlim();
        var isBusy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Model.Extending = () =>
        {
            isBusy.TrySetResult();
            isFree.Wait(Cancellation);
        };
        var options = new SessionOptions { Interim = new InterimOptions { Disabled = true } };
        await using var session = script.Engine.OpenSession(options);
        await session.WriteAsync(TestKit.TestSignals.Syllables(2), Cancellation);
        await session.WriteAsync(LiveAudio.Silence(2), Cancellation);
        await isBusy.Task.WaitAsync(Patience, Cancellation);

        var writing = session.WriteAsync(LiveAudio.Silence(60), Cancellation).AsTask();
        bool hasWaited = !writing.IsCompleted;
        isFree.Set();
        await writing.WaitAsync(Patience, Cancellation);

        Assert.True(hasWaited);
        session.Complete();
        (await LiveEngine.ReadAllAsync(session)).AssertSound();
    }

    [Fact]
    public async Task WriteAsync_TenMinutesInOneBurst_FinishesBoundedWithTheSameFinals()
    {
        await using var script = new LiveScript();
        var samples = LiveScript.Phrases(600);
        var paced = await LiveEngine.StreamAsync(script.Engine, samples, null, _ => 8_000, isPaced: true);
        await using var session = script.Engine.OpenSession(new SessionOptions());
        var channel = (LiveChannel)session.Sources[0];
        var reading = LiveEngine.ReadAllAsync(session);

        long most = 0;
        for (int at = 0; at < samples.Length; at += 1_600)
        {
            await session.WriteAsync(samples.AsMemory(at, Math.Min(1_600, samples.Length - at)), Cancellation);
            lock (session.Gate) most = Math.Max(most, channel.Held);
        }
        session.Complete();
        var burst = await reading;

        burst.AssertSound();
        Assert.Equal(paced.FinalKeys(), burst.FinalKeys());
        Assert.True(paced.Finals().Count() > 80, $"{paced.Finals().Count()} finals");
        Assert.InRange(most, 1, 62 * LiveAudio.Rate); // the longest segment, 30 s behind it, a slice and the pre-roll
    }

    [Fact]
    public async Task ReadAsync_FinalsNotRead_FailsBehindAllThatHappened()
    {
        await using var script = new LiveScript();
        await using var slow = script.Engine.OpenSession(new SessionOptions());
        await using var neighbour = script.Engine.OpenSession(new SessionOptions());
        var samples = LiveScript.Phrases(7);
        var alone = await LiveEngine.StreamAsync(script.Engine, samples, null, _ => 1_600, isPaced: false);

        await neighbour.WriteAsync(samples, Cancellation);
        var fault = await Assert.ThrowsAsync<AsrException>(async () =>
        {
            while (true)
            {
                await slow.WriteAsync(samples, Cancellation);
                await script.Engine.WhenIdleAsync();
            }
        });
        neighbour.Complete();
        var (events, readFault) = await LiveScript.DrainAsync(slow);

        Assert.Equal(AsrFailure.ClientTooSlow, fault.Failure);
        Assert.Equal(AsrFailure.ClientTooSlow, readFault!.Failure);
        Assert.Equal(SessionOutbox.MaxFinals + 1, events.Finals().Count());
        int[] indices = [.. events.Finals().Select(final => final.SegmentIndex)];
        Assert.Equal(Enumerable.Range(0, indices.Length), indices);
        Assert.Equal(alone.FinalKeys(), (await LiveEngine.ReadAllAsync(neighbour)).FinalKeys());
    }

    /// <summary>Partials that newer ones replaced are gone; what is left is in order.</summary>
    [Theory, InlineData(1), InlineData(3)]
    public async Task ReadAsync_OnlyAtTheEnd_EventsAreInOrder(int channels)
    {
        await using var script = new LiveScript();
        await using var session = script.Engine.OpenSession(new SessionOptions { Channels = channels });
        var phrases = LiveScript.Phrases(40);
        var frames = new float[phrases.Length * channels];
        for (int i = 0; i < frames.Length; i++) frames[i] = phrases[(i / channels + i % channels * 24_000) % phrases.Length];

        for (int at = 0; at < frames.Length; at += 1_600 * channels)
        {
            await session.WriteAsync(frames.AsMemory(at, 1_600 * channels), Cancellation);
            await script.Engine.WhenIdleAsync();
        }
        session.Complete();
        var events = await LiveEngine.ReadAllAsync(session);

        events.AssertSound(channels);
        Assert.Equal(TimeSpan.FromSeconds(40), session.Cursors.Final);
    }

    /// <summary>The end of the audio comes while the last final is on its way.</summary>
    [Fact]
    public async Task Complete_FinalOnItsWay_ComesBehindIt()
    {
        await using var script = new LiveScript();
        await script.Engine.Ready;
        var samples = new float[2 * LiveAudio.Rate];
        TestKit.TestSignals.Syllables(1).CopyTo(samples, 0);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async seed =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 150; i++)
            {
                await using var session = script.Engine.OpenSession(new SessionOptions());
                await session.WriteAsync(samples, Cancellation);
                Thread.SpinWait(random.Next(20_000));
                session.Complete();
                Assert.Single((await LiveEngine.ReadAllAsync(session)).Finals());
            }
        }));
    }

    [Fact]
    public async Task OpenSession_129thChannel_IsRefusedUntilOneLeaves()
    {
        await using var script = new LiveScript();
        var sessions = new List<TranscriptionSession>();
        for (int i = 0; i < 120; i++) sessions.Add(script.Engine.OpenSession(new SessionOptions()));
        sessions.Add(script.Engine.OpenSession(new SessionOptions { Channels = 8 }));

        var refused = Assert.Throws<AsrException>(() => script.Engine.OpenSession(new SessionOptions()));
        Assert.Equal(AsrFailure.StreamLimitReached, refused.Failure);
        Assert.Equal(128, script.Engine.Health.Channels);

        await sessions[0].DisposeAsync();
        sessions[0] = script.Engine.OpenSession(new SessionOptions());
        Assert.Throws<AsrException>(() => script.Engine.OpenSession(new SessionOptions()));
        foreach (var session in sessions) await session.DisposeAsync();
        Assert.Equal(0, script.Engine.Health.Channels);
    }

    /// <summary>Completes when the session holds about as much as it may.</summary>
    private static async Task LaggingAsync(TranscriptionSession session)
    {
        while (true)
        {
            var cursors = session.Cursors;
            if (cursors.Received - cursors.Processed >= TimeSpan.FromSeconds(30) - Slice) return;
            await Task.Yield();
        }
    }
}

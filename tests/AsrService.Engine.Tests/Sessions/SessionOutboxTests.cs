using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class SessionOutboxTests
{
    [Fact]
    public async Task ReadAsync_PartialsSuperseded_GivesTheNewestInTheOldPlace()
    {
        var outbox = new SessionOutbox();
        outbox.TryAdd(Result(0, 1, isFinal: false));
        outbox.TryAdd(Speech(1));
        outbox.TryAdd(Result(0, 2, isFinal: false));
        outbox.TryAdd(Result(1, 1, isFinal: false));
        outbox.Complete(null);

        Assert.Equal(["0.2", "speech 1", "1.1"], await ReadAllAsync(outbox));
    }

    [Fact]
    public async Task ReadAsync_FinalAfterItsPartial_GivesTheFinalAlone()
    {
        var outbox = new SessionOutbox();
        outbox.TryAdd(Result(0, 1, isFinal: false));
        outbox.TryAdd(Speech(1));
        outbox.TryAdd(Result(0, 2, isFinal: true));
        outbox.Complete(null);

        Assert.Equal(["speech 1", "final 0.2"], await ReadAllAsync(outbox));
    }

    [Fact]
    public async Task ReadAsync_PartialReplaced_CursorsNeverFall()
    {
        var outbox = new SessionOutbox();
        for (int i = 0; i < 12; i++)
        {
            SessionEvent added = i % 3 == 0 ? Speech(i) : Result(0, i, isFinal: false);
            added.Cursors = new SessionCursors(TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(i));
            outbox.TryAdd(added);
        }
        outbox.Complete(null);

        var last = TimeSpan.Zero;
        while (await outbox.ReadAsync(TestContext.Current.CancellationToken) is { } happened)
        {
            Assert.True(happened.Cursors.Final >= last);
            last = happened.Cursors.Final;
        }
    }

    [Fact]
    public void TryAdd_257Finals_IsTooMany()
    {
        var outbox = new SessionOutbox();
        for (int i = 0; i < 256; i++) Assert.True(outbox.TryAdd(Result(i, 1, isFinal: true)));
        for (int i = 0; i < 10; i++) Assert.True(outbox.TryAdd(Result(1_000, i, isFinal: false))); // partials do not count

        Assert.False(outbox.TryAdd(Result(256, 1, isFinal: true)));
    }

    [Fact]
    public void TryAdd_AMebibyteOfFinals_IsTooMuch()
    {
        var outbox = new SessionOutbox();
        Assert.True(outbox.TryAdd(Result(0, 1, isFinal: true, new string('x', 1 << 20))));

        Assert.False(outbox.TryAdd(Result(1, 1, isFinal: true, "x")));
    }

    [Fact]
    public async Task ReadAsync_Fault_ComesAfterTheEvents()
    {
        var outbox = new SessionOutbox();
        outbox.TryAdd(Result(0, 1, isFinal: true));
        outbox.Complete(new AsrException(AsrFailure.ModelFault, "broken"));
        outbox.Complete(null);
        Assert.True(outbox.TryAdd(Result(1, 1, isFinal: true))); // late, and not to be seen

        Assert.Equal("final 0.1", Text(await outbox.ReadAsync(TestContext.Current.CancellationToken)));
        await Assert.ThrowsAsync<AsrException>(async () => await outbox.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadAsync_Cancelled_LosesNothing()
    {
        var outbox = new SessionOutbox();
        using var cancellation = new CancellationTokenSource();
        var reading = outbox.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        outbox.TryAdd(Speech(1));

        Assert.Equal("speech 1", Text(await outbox.ReadAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task ReadAsync_WritersBeside_GivesEveryFinalInOrder()
    {
        const int Finals = 20_000;
        var outbox = new SessionOutbox();
        using var room = new SemaphoreSlim(200);
        var writing = Blocking.Run(() =>
        {
            for (int i = 0; i < Finals; i++)
            {
                outbox.TryAdd(Result(i, 1, isFinal: false));
                room.Wait(TestContext.Current.CancellationToken);
                Assert.True(outbox.TryAdd(Result(i, 2, isFinal: true)));
            }
            outbox.Complete(null);
        });

        int next = 0;
        while (await outbox.ReadAsync(TestContext.Current.CancellationToken) is ResultEvent result)
        {
            Assert.Equal(next, result.SegmentIndex);
            if (!result.IsFinal) continue;
            next++;
            room.Release();
        }

        await writing;
        Assert.Equal(Finals, next);
    }

    private static SpeechEvent Speech(int second) => new(0, IsBegin: true, TimeSpan.FromSeconds(second));

    private static ResultEvent Result(int segment, int revision, bool isFinal, string text = "text") =>
        new(0, segment, revision, isFinal) { StableText = text, Start = default, End = default };

    private static async Task<List<string>> ReadAllAsync(SessionOutbox outbox)
    {
        var all = new List<string>();
        while (await outbox.ReadAsync(TestContext.Current.CancellationToken) is { } happened) all.Add(Text(happened));
        return all;
    }

    private static string Text(SessionEvent? happened) => happened switch
    {
        ResultEvent result => $"{(result.IsFinal ? "final " : "")}{result.SegmentIndex}.{result.Revision}",
        SpeechEvent speech => $"speech {speech.Offset.TotalSeconds}",
        _ => "",
    };
}

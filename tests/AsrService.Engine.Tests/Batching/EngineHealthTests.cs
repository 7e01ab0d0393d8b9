using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Sessions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

[Trait("Category", "Unit")]
public sealed class EngineHealthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // of the test, should all be lost
    private static readonly float[] Talk = TestSignals.Syllables(3);

    [Fact]
    public async Task Health_ModelHangsInAStep_IsStuckAfterFiveSecondsUntilItReturns()
    {
        var clock = new ManualTimeProvider();
        var model = new ScriptedModel();
        await using var engine = new TranscriptionEngine(new Recognizer(model, LoopBench.Tokenizer), null, clock);
        await engine.Ready;
        await using var session = engine.OpenSession(new SessionOptions());
        using var hang = new HangingModel(model);

        await session.WriteAsync(Talk, TestContext.Current.CancellationToken);
        hang.AwaitCall();
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(engine.Health.IsStuck);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(engine.Health is { IsStuck: true, HasWork: true, Fault: null });

        hang.Return();
        await engine.WhenIdleAsync();

        Assert.False(engine.Health.IsStuck);
    }

    [Fact]
    public async Task Health_IdleForHours_IsNotStuckThenNorAtTheNextWork()
    {
        var clock = new ManualTimeProvider();
        var model = new ScriptedModel();
        await using var engine = new TranscriptionEngine(new Recognizer(model, LoopBench.Tokenizer), null, clock);
        await engine.Ready;
        await engine.WhenIdleAsync();
        clock.Advance(TimeSpan.FromHours(5));
        Assert.True(engine.Health is { IsStuck: false, HasWork: false });
        using var hang = new HangingModel(model);
        await using var session = engine.OpenSession(new SessionOptions());

        await session.WriteAsync(Talk, TestContext.Current.CancellationToken);

        Assert.False(engine.Health.IsStuck);
        hang.AwaitCall();
        Assert.False(engine.Health.IsStuck);
    }

    [Fact]
    public async Task Health_InvariantBroken_EverySessionIsToldAndNoneIsOpened()
    {
        var clock = new BreakingClock();
        await using var engine = new TranscriptionEngine(new Recognizer(new ScriptedModel(), LoopBench.Tokenizer), null, clock);
        await engine.Ready;
        TranscriptionSession[] sessions = [engine.OpenSession(new SessionOptions()), engine.OpenSession(new SessionOptions())];
        await engine.WhenIdleAsync();
        clock.IsBroken = true;

        var writing = sessions[0].WriteAsync(Talk, TestContext.Current.CancellationToken).AsTask();
        if (await Record.ExceptionAsync(() => writing) is { } heard) // the loop may end before all of it is taken in
            Assert.Equal(AsrFailure.Stopping, Assert.IsType<AsrException>(heard).Failure);

        foreach (var session in sessions)
        {
            var told = await Assert.ThrowsAsync<AsrException>(() => LiveEngine.ReadAllAsync(session).WaitAsync(Patience, TestContext.Current.CancellationToken));
            Assert.Equal(AsrFailure.Stopping, told.Failure);
        }
        Assert.IsType<InvalidOperationException>(engine.Health.Fault);
        Assert.True(engine.Health.IsStuck);
        Assert.Equal(0, engine.Health.Channels);
        Assert.Equal(AsrFailure.Stopping, Assert.Throws<AsrException>(() => engine.OpenSession(new SessionOptions())).Failure);
        await engine.WhenIdleAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Ready_ModelCannotRun_FailsAndDisposes()
    {
        var model = new ScriptedModel { Extending = static () => throw new InvalidOperationException("no device") };
        var engine = new TranscriptionEngine(new Recognizer(model, LoopBench.Tokenizer));

        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Ready.WaitAsync(Patience, TestContext.Current.CancellationToken));

        Assert.NotNull(engine.Health.Fault);
        await engine.DisposeAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(model.IsDisposed);
    }

    [Fact]
    public async Task DisposeAsync_SessionsOpen_TellsThemAndFreesAll()
    {
        var model = new ScriptedModel();
        var engine = new TranscriptionEngine(new Recognizer(model, LoopBench.Tokenizer));
        var session = engine.OpenSession(new SessionOptions());
        await session.WriteAsync(Talk, TestContext.Current.CancellationToken);

        await engine.DisposeAsync();

        var told = await Assert.ThrowsAsync<AsrException>(() => LiveEngine.ReadAllAsync(session));
        Assert.Equal(AsrFailure.Stopping, told.Failure);
        Assert.Equal((0, 0), (model.OpenSequences, model.LiveEmbeddings));
        Assert.Throws<AsrException>(() => engine.OpenSession(new SessionOptions()));
    }

    /// <summary>Holds a model's next call until it is let go.</summary>
    private sealed class HangingModel : IDisposable
    {
        private readonly ManualResetEventSlim _entered = new(), _returned = new();

        public HangingModel(ScriptedModel model) => model.Extending = () =>
        {
            _entered.Set();
            _returned.Wait();
        };

        public void AwaitCall() => Assert.True(_entered.Wait(Patience), "the model is never called");

        public void Return() => _returned.Set();

        public void Dispose() => Return(); // the events are left to the collector: the loop may still hold them
    }

    private sealed class BreakingClock : TimeProvider
    {
        public volatile bool IsBroken;

        public override long GetTimestamp() =>
            IsBroken && Thread.CurrentThread.Name == "batch loop" ? throw new InvalidOperationException("broken") : base.GetTimestamp();
    }
}

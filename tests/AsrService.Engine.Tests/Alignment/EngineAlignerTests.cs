using AsrService.Engine.Alignment;
using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Batching;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>The callers' side of the aligner in a loop: what it takes, refuses and gives back.</summary>
[Trait("Category", "Unit")]
public sealed class EngineAlignerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // of the test, should all be lost
    private static readonly AlignmentRequest Request = new(TestSignals.Syllables(3), "one two three", Language: null);

    private readonly ScriptedModel _model = new(TinyConfigs.Aligner) { Script = LoopBench.SayTimes };
    private readonly ManualResetEventSlim _goesOn = new(true);
    private readonly SemaphoreSlim _reached = new(0);
    private readonly ManualTimeProvider _clock = new();
    private readonly AlignmentEngine _engine;

    public EngineAlignerTests()
    {
        _engine = new AlignmentEngine(new ForcedAligner(_model, LoopBench.Tokenizer), new EngineOptions { MaxAlignments = 4 }, _clock);
    }

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AlignAsync_ManyAtOnce_GiveWhatEachGivesAlone()
    {
        await _engine.Ready.WaitAsync(Patience, Ending);
        AlignmentRequest[] requests = [.. Enumerable.Range(0, 4).Select(i => Request with { Samples = TestSignals.Syllables(1 + 0.7 * i, seed: i) })];

        var aligned = await Task.WhenAll(requests.Select(request => _engine.Aligner.AlignAsync(request, Ending))).WaitAsync(Patience, Ending);

        using var alone = new ForcedAligner(new ScriptedModel(TinyConfigs.Aligner) { Script = LoopBench.SayTimes }, LoopBench.Tokenizer);
        for (int i = 0; i < requests.Length; i++) Assert.Equal(alone.Align(requests[i]).Units, aligned[i].Units);
        Assert.All(aligned, one => Assert.Equal(3, one.Units.Count));
    }

    [Fact]
    public async Task AlignAsync_NothingToSay_DoesNotCallTheModel()
    {
        await _engine.Ready.WaitAsync(Patience, Ending);
        int calls = _model.EncodeCalls;

        var aligned = await _engine.Aligner.AlignAsync(Request with { Text = "…" }, Ending);

        Assert.Empty(aligned.Units);
        Assert.Equal(calls, _model.EncodeCalls);
    }

    [Fact]
    public async Task AlignAsync_AllPlacesTaken_RefusesOneMoreUntilOneIsFree()
    {
        await HangAsync();
        var running = Enumerable.Range(0, 4).Select(_ => _engine.Aligner.AlignAsync(Request, Ending)).ToList();

        var refusal = await Assert.ThrowsAsync<AsrException>(() => _engine.Aligner.AlignAsync(Request, Ending));
        _goesOn.Set();
        await Task.WhenAll(running).WaitAsync(Patience, Ending);

        Assert.Equal(AsrFailure.StreamLimitReached, refusal.Failure);
        Assert.Equal(3, (await _engine.Aligner.AlignAsync(Request, Ending)).Units.Count);
    }

    [Fact]
    public async Task AlignAsync_CallerLeaves_HisPlaceIsFreeAtOnce()
    {
        await HangAsync();
        using var leaving = new CancellationTokenSource();
        var left = Enumerable.Range(0, 4).Select(_ => _engine.Aligner.AlignAsync(Request, leaving.Token)).ToList();
        Assert.True(await _reached.WaitAsync(Patience, Ending));

        await leaving.CancelAsync();
        foreach (var one in left) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.WaitAsync(Patience, Ending));
        var next = _engine.Aligner.AlignAsync(Request, Ending);
        _goesOn.Set();

        Assert.Equal(3, (await next.WaitAsync(Patience, Ending)).Units.Count);
        await _engine.WhenIdleAsync().WaitAsync(Patience, Ending);
        Assert.Equal((0, 0, 0), (_model.OpenSequences, _model.LiveEmbeddings, _model.UsedKvBlocks));
    }

    [Fact]
    public async Task AlignAsync_BadRequest_IsRefusedBeforeItWaits()
    {
        var none = await Assert.ThrowsAsync<AsrException>(() => _engine.Aligner.AlignAsync(Request with { Samples = default }, Ending));
        var tooLong = await Assert.ThrowsAsync<AsrException>(
            () => _engine.Aligner.AlignAsync(Request with { Samples = new float[4 * 16_000 + 1] }, Ending)); // 50 classes of 80 ms

        Assert.Equal((AsrFailure.InvalidAudio, AsrFailure.InvalidAudio), (none.Failure, tooLong.Failure));
    }

    [Fact]
    public async Task AlignAsync_ModelFails_IsAFaultOfThatTextAlone()
    {
        await _engine.Ready.WaitAsync(Patience, Ending);
        _model.Script = prompt => prompt.Sequence == 2 ? [ScriptedModel.NotANumber] : LoopBench.SayTimes(prompt);

        var outcomes = Enumerable.Range(0, 4).Select(_ => _engine.Aligner.AlignAsync(Request, Ending)).ToList();
        foreach (var one in outcomes) await one.ContinueWith(static _ => { }, Ending, TaskContinuationOptions.None, TaskScheduler.Default);

        var failed = Assert.Single(outcomes, outcome => outcome.IsFaulted);
        Assert.Equal(AsrFailure.ModelFault, Assert.IsType<AsrException>(failed.Exception!.InnerException).Failure);
    }

    [Fact]
    public async Task Health_ModelHangsInAStep_IsStuckUntilItReturns()
    {
        await HangAsync();
        var running = _engine.Aligner.AlignAsync(Request, Ending);
        Assert.True(await _reached.WaitAsync(Patience, Ending));
        Assert.False(_engine.Health.IsStuck);

        _clock.Advance(TimeSpan.FromSeconds(5.1));
        Assert.True(_engine.Health.IsStuck);
        _goesOn.Set();
        await running.WaitAsync(Patience, Ending);
        await _engine.WhenIdleAsync().WaitAsync(Patience, Ending);

        Assert.False(_engine.Health.IsStuck);
    }

    [Fact]
    public async Task DisposeAsync_TextsUnderWay_TellsThemAndFreesAll()
    {
        await HangAsync();
        var running = _engine.Aligner.AlignAsync(Request, Ending);
        Assert.True(await _reached.WaitAsync(Patience, Ending));

        var disposing = _engine.DisposeAsync();
        _goesOn.Set();
        await disposing;

        if (await Record.ExceptionAsync(() => running.WaitAsync(Patience, Ending)) is { } told) // the step may have been its last
            Assert.Equal(AsrFailure.Stopping, Assert.IsType<AsrException>(told).Failure);
        Assert.Equal((0, 0, true), (_model.OpenSequences, _model.LiveEmbeddings, _model.IsDisposed));
        var refused = await Assert.ThrowsAsync<AsrException>(() => _engine.Aligner.AlignAsync(Request, Ending));
        Assert.Equal(AsrFailure.Stopping, refused.Failure);
    }

    [Fact]
    public async Task Ready_AlignerCannotRun_FailsTheWholeEngine()
    {
        var broken = new ScriptedModel(TinyConfigs.Aligner) { Extending = static () => throw new InvalidOperationException("no device") };
        await using var engine = new TranscriptionEngine(
            new Recognizer(new ScriptedModel(), LoopBench.Tokenizer), aligner: new ForcedAligner(broken, LoopBench.Tokenizer));

        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Ready.WaitAsync(Patience, Ending));
    }

    [Fact]
    public async Task AlignAsync_InAnEngineThatRecognizes_RunsOnItsLoop()
    {
        var threads = new List<string?>();
        var model = new ScriptedModel(TinyConfigs.Aligner) { Script = LoopBench.SayTimes };
        await using var engine = new TranscriptionEngine(
            new Recognizer(new ScriptedModel { Extending = () => threads.Add(Thread.CurrentThread.Name) }, LoopBench.Tokenizer),
            aligner: new ForcedAligner(model, LoopBench.Tokenizer));
        model.Extending = () => threads.Add(Thread.CurrentThread.Name);
        await using var session = engine.OpenSession(new SessionOptions());
        await session.WriteAsync(TestSignals.Syllables(3), Ending);

        var aligned = await engine.Aligner!.AlignAsync(Request, Ending).WaitAsync(Patience, Ending);

        Assert.Equal(3, aligned.Units.Count);
        Assert.Equal("batch loop", Assert.Single(threads.Distinct()));
    }

    public async ValueTask DisposeAsync()
    {
        _goesOn.Set();
        await _engine.DisposeAsync();
        _goesOn.Dispose();
        _reached.Dispose();
    }

    /// <summary>From now on the model waits in its next call.</summary>
    private async Task HangAsync()
    {
        await _engine.Ready.WaitAsync(Patience, Ending);
        _goesOn.Reset();
        _model.Extending = () =>
        {
            _reached.Release();
            _goesOn.Wait();
        };
    }
}

using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Decoding;
using AsrService.Engine.Tests.Sessions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Diagnostics;

[Trait("Category", "Unit")]
public sealed class EngineMetricsTests : IAsyncDisposable
{
    private const int Chunk = 1600; // 100 ms

    private static readonly CancellationToken Now = new(canceled: true); // a read with it takes what is there, or waits not at all

    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedModel _model = new();
    private readonly Measurements _taken;
    private readonly TranscriptionEngine _engine;

    public EngineMetricsTests()
    {
        _taken = new Measurements(scope: this);
        _model.Answer([.. TinyBpe.Load().Encode("language English"), TinyTokenizer.AsrText, .. TinyBpe.Load().Encode(" one two")]);
        _engine = new TranscriptionEngine(new Recognizer(_model, TinyBpe.Load()), new EngineOptions { MaxChannels = 2 }, _clock, meterScope: this);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _taken.Dispose();
    }

    [Fact]
    public async Task Session_AtThePaceOfItsClock_HasTheLatenciesOfTheClock()
    {
        await RunAsync(LiveScript.Phrases(7), new SessionOptions(), TimeSpan.FromMilliseconds(30));

        // Each result is written 30 ms after the chunk that made it ready; a refresh point may lie inside a chunk.
        Assert.NotEmpty(_taken.Of("asr.partial.latency"));
        Assert.All(_taken.Of("asr.partial.latency"), latency => Assert.Equal(0.03, latency, 0.001));
        Assert.Equal(0.03, Assert.Single(_taken.Of("asr.first.partial.latency")), 0.001);
        double endpoint = Assert.Single(_taken.Of("asr.endpoint.delay", "trigger=vad")), final = Assert.Single(_taken.Of("asr.final.latency", "trigger=vad"));
        Assert.InRange(endpoint, 0.4, 0.9);
        Assert.Equal(endpoint + 0.03, final, 0.001);
        Assert.All(_taken.Of("asr.stream.lag"), lag => Assert.InRange(lag, 0, 1));
        Assert.Equal(0.5, _taken.Now("asr.partial.interval"), 0.001);
        Assert.Equal(_taken.Of("asr.audio.transcribed").Sum(), _engine.Stats.Transcribed.TotalSeconds, 0.001);
        Assert.Equal((null, 0L, 0L), (_engine.Stats.RefreshInterval, _engine.Stats.Faults, _engine.Stats.StableViolations));
    }

    [Theory]
    [InlineData(true, "client")]
    [InlineData(false, "eof")]
    public async Task Session_EndedInSpeech_SaysByWhom(bool isFinalized, string trigger)
    {
        await RunAsync(TestSignals.Syllables(2), new SessionOptions(), TimeSpan.FromMilliseconds(10), isFinalized);

        Assert.Contains(_taken.Of("asr.final.latency", "trigger=" + trigger), latency => latency < 1);
        Assert.NotEmpty(_taken.Of("asr.endpoint.delay", "trigger=" + trigger));
    }

    [Fact]
    public async Task Gauges_WhileASessionSpeaks_SayWhatIsThere()
    {
        await _engine.Ready;
        await using var session = _engine.OpenSession(new SessionOptions());
        await session.WriteAsync(TestSignals.Syllables(1), TestContext.Current.CancellationToken);
        await _engine.WhenIdleAsync();

        Assert.Equal(1, _taken.Now("asr.sessions.active", "mode=live"));
        Assert.Equal(0, _taken.Now("asr.sessions.active", "mode=file"));
        Assert.Equal((1.0, 2.0), (_taken.Now("asr.channels.active"), _taken.Now("asr.channels.capacity")));
        Assert.Equal(1, _taken.Now("asr.sessions.speaking"));
        Assert.InRange(_taken.Now("asr.audio.buffered"), 0, 0.6);
        Assert.Equal(1, _taken.Now("asr.engine.up"));
        Assert.Equal((1, 0, null), (_engine.Stats.SpeakingChannels, _engine.Stats.Files, _engine.Stats.RefreshInterval));
        Assert.Equal(0, _taken.Now("asr.degradation.level"));
        Assert.InRange(_taken.Now("asr.kv.cache.usage"), double.Epsilon, 0.5);

        await session.DisposeAsync();
        await _engine.WhenIdleAsync();
        Assert.Equal((0.0, 0.0), (_taken.Now("asr.sessions.active", "mode=live"), _taken.Now("asr.sessions.speaking")));
        Assert.Equal((0.0, 0.0), (_taken.Now("asr.audio.buffered"), _taken.Now("asr.kv.cache.usage")));
        Assert.Single(_taken.Of("asr.session.duration", "mode=live"));
    }

    [Fact]
    public void OpenSession_NoPlaceLeft_IsDegradationForAWhile()
    {
        Assert.Throws<AsrException>(() => _engine.OpenSession(new SessionOptions { Channels = 3 }));

        Assert.Equal((2, EngineDegradation.Refusing), (_taken.Now("asr.degradation.level"), _engine.Stats.Degradation));
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(0, _taken.Now("asr.degradation.level"));
    }

    [Fact]
    public async Task LastTick_WithNothingToDo_IsNow()
    {
        await _engine.Ready;
        await _engine.WhenIdleAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, _taken.Now("asr.batch.loop.last.tick.timestamp"), 0.001);
    }

    /// <summary>Streams in chunks at their pace; after each, its work is done and so much time passes until results are written.</summary>
    private async Task RunAsync(float[] samples, SessionOptions options, TimeSpan writing, bool isFinalized = false)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await _engine.Ready;
        await using var session = _engine.OpenSession(options);
        for (int at = 0; at < samples.Length; at += Chunk)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100) - writing);
            await session.WriteAsync(samples.AsMemory(at, Math.Min(Chunk, samples.Length - at)), cancellation);
            if (isFinalized && at + Chunk >= samples.Length) session.FinalizeSegments();
            await DeliverAsync(session, writing);
        }
        session.Complete();
        await DeliverAsync(session, writing);
    }

    private async Task DeliverAsync(TranscriptionSession session, TimeSpan writing)
    {
        await _engine.WhenIdleAsync();
        _clock.Advance(writing);
        try
        {
            while (await session.ReadAsync(Now) is { } happened) session.Delivered(happened);
        }
        catch (OperationCanceledException)
        {
            // No more events now.
        }
    }
}

using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using AsrService.Models;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>One engine with the bundled model for the classes that stream through it.</summary>
public sealed class LiveEngine : IAsyncDisposable
{
    public const string Collection = "Live engine";

    private readonly Lazy<Recognizer> _offline = new(Load);
    private readonly Lock _offlineGate = new();

    public TranscriptionEngine Engine { get; } = new(Load());

    /// <summary>What the offline function says of a clip, on a model of its own.</summary>
    public SegmentResult DecodeOffline(ReadOnlySpan<float> samples, DecodingConfig config)
    {
        lock (_offlineGate) return _offline.Value.DecodeSegment(samples, config);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        if (_offline.IsValueCreated) _offline.Value.Dispose();
    }

    /// <summary>Streams samples as fast as they are taken.</summary>
    public Task<List<SessionEvent>> StreamAsync(float[] samples, SessionOptions? options = null, int chunk = 1600) =>
        StreamAsync(Engine, samples, options, _ => chunk, isPaced: false);

    /// <summary>Streams samples; after each chunk waits until all that it made ready is done: no point is skipped.</summary>
    public Task<List<SessionEvent>> PaceAsync(float[] samples, SessionOptions? options = null, int chunk = 1600) =>
        StreamAsync(Engine, samples, options, _ => chunk, isPaced: true);

    /// <summary>Streams samples; <paramref name="act"/> is told how many frames are in before every chunk.</summary>
    public static async Task<List<SessionEvent>> StreamAsync(
        TranscriptionEngine engine, float[] samples, SessionOptions? options, Func<int, int> nextChunk, bool isPaced,
        Action<TranscriptionSession, int>? act = null)
    {
        options ??= new SessionOptions();
        var cancellation = TestContext.Current.CancellationToken;
        await using var session = engine.OpenSession(options);
        var reading = ReadAllAsync(session);
        for (int at = 0, i = 0; at < samples.Length; i++)
        {
            int count = Math.Min(nextChunk(i) * options.Channels, samples.Length - at);
            act?.Invoke(session, at / options.Channels);
            await session.WriteAsync(samples.AsMemory(at, count), cancellation);
            at += count;
            if (isPaced) await engine.WhenIdleAsync();
        }
        session.Complete();
        return await reading;
    }

    public static async Task<List<SessionEvent>> ReadAllAsync(TranscriptionSession session)
    {
        var events = new List<SessionEvent>();
        while (await session.ReadAsync(TestContext.Current.CancellationToken) is { } happened) events.Add(happened);
        return events;
    }

    private static Recognizer Load() =>
        RecognizerLoader.Load(DemoModel.Folder, new ModelOptions { MaxKvBytes = 1L << 30 }, threads: 2).Recognizer;
}

[CollectionDefinition(LiveEngine.Collection)]
public sealed class LiveEngineSharing : ICollectionFixture<LiveEngine>;

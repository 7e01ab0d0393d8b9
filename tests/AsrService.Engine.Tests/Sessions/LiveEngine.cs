using AsrService.Engine.Sessions;
using AsrService.Models;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>One engine with the bundled model for the classes that stream through it.</summary>
public sealed class LiveEngine : IAsyncDisposable
{
    public const string Collection = "Live engine";

    public TranscriptionEngine Engine { get; } =
        new(RecognizerLoader.Load(DemoModel.Folder, new ModelOptions { MaxKvBytes = 1L << 30 }, threads: 2).Recognizer);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    /// <summary>Streams samples as fast as they are taken.</summary>
    public Task<List<SessionEvent>> StreamAsync(float[] samples, SessionOptions? options = null, int chunk = 1600) =>
        StreamAsync(Engine, samples, options, _ => chunk, isPaced: false);

    /// <summary>Streams samples, waiting after each chunk until all that it made ready is done: no point is skipped.</summary>
    public Task<List<SessionEvent>> PaceAsync(float[] samples, SessionOptions? options = null, int chunk = 1600) =>
        StreamAsync(Engine, samples, options, _ => chunk, isPaced: true);

    public static async Task<List<SessionEvent>> StreamAsync(
        TranscriptionEngine engine, float[] samples, SessionOptions? options, Func<int, int> nextChunk, bool isPaced)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var session = engine.OpenSession(options ?? new SessionOptions());
        var reading = ReadAllAsync(session);
        for (int at = 0, i = 0; at < samples.Length; i++)
        {
            int count = Math.Min(nextChunk(i), samples.Length - at);
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
}

[CollectionDefinition(LiveEngine.Collection)]
public sealed class LiveEngineSharing : ICollectionFixture<LiveEngine>;

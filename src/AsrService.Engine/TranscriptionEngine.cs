using AsrService.Audio;
using AsrService.Engine.Sessions;

namespace AsrService.Engine;

/// <summary>How much the engine takes on at once.</summary>
public sealed record EngineOptions
{
    /// <summary>Live channels admitted at once, if the KV cache holds as many.</summary>
    /// <value>1 to 128. Default 128.</value>
    public int MaxChannels { get; init; } = 128;

    /// <summary>Recordings recognized at once; one more waits.</summary>
    /// <value>1 to 64. Default 8.</value>
    public int MaxFiles { get; init; } = 8;

    /// <summary>Time a step of the batch loop aims at.</summary>
    /// <value>10 ms to 2 s. Default 250 ms.</value>
    public TimeSpan StepBudget { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Audio of a session held unprocessed before its writer waits.</summary>
    /// <value>At least 1 s. Default 30 s.</value>
    public TimeSpan MaxBufferedAudio { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How the engine is.</summary>
/// <param name="Channels">Live channels in use.</param>
/// <param name="ChannelCapacity">Live channels admitted at most.</param>
/// <param name="HasWork">Whether anything waits for the model.</param>
/// <param name="SinceHeartbeat">Time since the loop's last step, or since it went to sleep with nothing to do.</param>
/// <param name="Fault">What stopped the loop for good; null while it lives.</param>
public readonly record struct EngineHealth(
    int Channels, int ChannelCapacity, bool HasWork, TimeSpan SinceHeartbeat, Exception? Fault)
{
    /// <summary>No heartbeat for 5 s while work is queued, or no loop at all.</summary>
    public bool IsStuck => Fault is not null || (HasWork && SinceHeartbeat >= TimeSpan.FromSeconds(5));
}

/// <summary>Many live sessions and recordings on one model: owns the model, and the one loop that runs it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class TranscriptionEngine : IAsyncDisposable
{
    /// <summary>Starts the loop on a thread of its own, with a warm-up of the model first.</summary>
    /// <param name="recognizer">Owned from here on.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="time">The clock of heartbeats and budgets; null for the system's.</param>
    public TranscriptionEngine(Recognizer recognizer, EngineOptions? options = null, TimeProvider? time = null) =>
        throw new NotImplementedException();

    /// <summary>Tokens of context that a session or recording may bring.</summary>
    public int MaxContextTokens => throw new NotImplementedException();

    /// <summary>How the engine is.</summary>
    public EngineHealth Health => throw new NotImplementedException();

    /// <summary>Completes when the model has been warmed up.</summary>
    public Task Ready => throw new NotImplementedException();

    /// <summary>The longest beginning of a list of terms and a free text that fits <see cref="MaxContextTokens"/>; the free text is cut first.</summary>
    /// <returns>The context, and whether anything was cut.</returns>
    public (string Context, bool IsTruncated) FitContext(IReadOnlyList<string> terms, string text) => throw new NotImplementedException();

    /// <summary>Opens a live session and reserves its places.</summary>
    /// <exception cref="AsrException">All places are taken, or an option is out of its range.</exception>
    public TranscriptionSession OpenSession(SessionOptions options) => throw new NotImplementedException();

    /// <summary>Recognizes a recording behind all live work; segments come in order of start, then channel.</summary>
    /// <param name="open">Opens it, on a thread of the engine's where it may block while an upload goes on.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Called whenever it came further; null if nobody wants to know.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AsrException">It cannot be decoded, or the model failed.</exception>
    public IAsyncEnumerable<FileSegment> TranscribeAsync(
        Func<AudioReader> open, FileTranscriptionOptions options, Action<FileTranscriptionProgress>? progress,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

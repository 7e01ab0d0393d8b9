using System.Threading.Channels;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client;

/// <summary>
/// A live stream: audio in, events out, through as many connections as it takes. A break loses no word and doubles none;
/// offsets go on.
/// </summary>
/// <remarks>
/// Writing is safe from any thread: writes are taken one after another, in the order in which they are called. Events are
/// for one reader, who should read all along: 256 unread ones stop the reading of the connection.
/// </remarks>
public sealed class AsrStream : IAsyncDisposable
{
    private const int MaxUnread = 256;

    private readonly Channel<StreamEvent> _events =
        Channel.CreateBounded<StreamEvent>(new BoundedChannelOptions(MaxUnread) { SingleReader = true, SingleWriter = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StreamOptions _options;
    private readonly ReplayLog _log;
    private Task _running = Task.CompletedTask;
    private volatile Exception? _cause;

    private AsrStream(StreamOptions options)
    {
        options.Validate();
        _options = options;
        _log = new ReplayLog(options);
    }

    /// <summary>
    /// What happens, from <see cref="StartedEvent"/> to <see cref="EndedEvent"/>; for one enumeration. It throws
    /// <see cref="AsrServiceException"/> where the stream fails for good, and <see cref="OperationCanceledException"/>
    /// where it or its client is disposed.
    /// </summary>
    public IAsyncEnumerable<StreamEvent> Events => _events.Reader.ReadAllAsync();

    /// <summary>Audio written so far, silence included.</summary>
    public TimeSpan Written => _log.Written;

    internal static async Task<AsrStream> StartAsync(
        Addresses addresses, AsrClientOptions client, StreamOptions options, CancellationToken cancellationToken)
    {
        var stream = new AsrStream(options);
        try
        {
            var run = new StreamRun(addresses, client, options, stream._log, stream._events.Writer, stream._stop.Token);
            using var leaving = cancellationToken.UnsafeRegister(Stop, stream._stop);
            using var closing = addresses.Closing.UnsafeRegister(Stop, stream._stop);
            stream._running = stream.RunAsync(run, await run.StartAsync().ConfigureAwait(false), addresses.Closing);
            cancellationToken.ThrowIfCancellationRequested();
            return stream;
        }
        catch (Exception failure)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException) cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Writes sound: whole sample frames in the stream's format, as many as one likes.</summary>
    /// <remarks>
    /// Waits while <see cref="StreamOptions.MaxUnsent"/> or <see cref="StreamOptions.MaxKept"/> is reached. The bytes are
    /// copied. Cancelled amid a long write, its beginning may be taken; <see cref="Written"/> tells.
    /// </remarks>
    /// <exception cref="ArgumentException">A sample frame is cut.</exception>
    /// <exception cref="InvalidOperationException">The audio is complete.</exception>
    /// <exception cref="AsrServiceException">The stream has failed for good.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> pcm, CancellationToken cancellationToken = default)
    {
        int frameBytes = _options.Format.FrameBytes;
        if (pcm.Length % frameBytes != 0)
            throw new ArgumentException($"{pcm.Length} bytes are not whole sample frames of {frameBytes} bytes.", nameof(pcm));

        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        while (!pcm.IsEmpty)
        {
            var piece = pcm[..Math.Min(pcm.Length, _log.MaxAppend * frameBytes)];
            await AppendAsync(() => _log.TryAppend(piece.Span), cancellationToken).ConfigureAwait(false);
            pcm = pcm[piece.Length..];
        }
    }

    /// <summary>Writes the absence of sound, as from a muted microphone: recognized as zeros, without sending them.</summary>
    /// <inheritdoc cref="WriteAsync" path="/remarks"/>
    /// <param name="duration">Not negative; rounded down to sample frames.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    /// <exception cref="InvalidOperationException">The audio is complete.</exception>
    /// <exception cref="AsrServiceException">The stream has failed for good.</exception>
    public async Task SilenceAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        for (long left = new FrameClock(_options.Format.SampleRate).FramesIn(duration); left > 0;)
        {
            long piece = Math.Min(left, _log.MaxAppend);
            await AppendAsync(() => _log.TryAppend(piece), cancellationToken).ConfigureAwait(false);
            left -= piece;
        }
    }

    /// <summary>Ends the open segment behind the audio written so far; its final follows.</summary>
    /// <exception cref="InvalidOperationException">The audio is complete.</exception>
    /// <exception cref="AsrServiceException">The stream has failed for good.</exception>
    public Task FinalizeAsync(CancellationToken cancellationToken = default) =>
        ControlAsync(new V1.Control { Finalize = new V1.Finalize() }, cancellationToken);

    /// <summary>Changes settings for the segments that begin behind the audio written so far.</summary>
    /// <inheritdoc cref="FinalizeAsync" path="/exception"/>
    public Task UpdateAsync(StreamUpdate update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        return ControlAsync(new V1.Control { Update = Messages.Of(update) }, cancellationToken);
    }

    /// <summary>No more audio follows: the remaining finals come, then <see cref="EndedEvent"/>. Does not wait for them.</summary>
    /// <exception cref="AsrServiceException">The stream has failed for good.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        _log.Complete();
    }

    /// <summary>Leaves: what was not heard yet is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    /// <summary>Leaves because of something that readers of the events are told.</summary>
    internal ValueTask AbandonAsync(Exception cause)
    {
        _cause = cause;
        return DisposeAsync();
    }

    private static void Stop(object? source) => ((CancellationTokenSource)source!).Cancel();

    private async Task RunAsync(StreamRun run, StreamCall call, CancellationToken clientCloses)
    {
        using var closing = clientCloses.UnsafeRegister(Stop, _stop);
        try
        {
            await run.RunAsync(call).ConfigureAwait(false);
            _log.Fail(new InvalidOperationException("The stream is over."));
            _events.Writer.Complete();
        }
        catch (Exception failure)
        {
            if (_stop.IsCancellationRequested)
                failure = _cause ?? new OperationCanceledException("The stream or its client was disposed.", failure, _stop.Token);
            _log.Fail(failure);
            _events.Writer.Complete(failure);
        }
    }

    private async Task ControlAsync(V1.Control control, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        await AppendAsync(() => _log.TryAppend(control), cancellationToken).ConfigureAwait(false);
    }

    private async Task AppendAsync(Func<bool> tryAppend, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var changed = _log.Changed;
            if (tryAppend()) return;
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_turn);
    }

    /// <summary>Gives the turn back.</summary>
    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

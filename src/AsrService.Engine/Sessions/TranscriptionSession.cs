using System.Diagnostics;
using AsrService.Engine.Batching;
using AsrService.Engine.Diagnostics;

namespace AsrService.Engine.Sessions;

/// <summary>One caller's live audio: samples go in, events come out.</summary>
/// <remarks>
/// One writer and one reader, which may be different threads. Disposing gives up whatever is unfinished and frees the
/// session's places at once.
/// </remarks>
public sealed class TranscriptionSession : IAsyncDisposable
{
    private const int MostUnread = 32; // events of a recording that wait to be read
    private const int MostClips = 8; // finals with their audio, 2 MB each at most, that wait to be read

    private const int SliceMilliseconds = 100; // taken in at once: a lock is held no longer than this takes

    private readonly SessionHost _host;
    private readonly SessionOptions _options;
    private readonly LiveChannel[] _channels;
    private readonly SessionOutbox _outbox = new();
    private readonly SemaphoreSlim _space = new(0);
    private readonly DeliveryTimes _delivered;
    private long _receivedFrames;
    private readonly long _firstFinal;
    private readonly UpdatePlaces _updates;
    private bool _isInputComplete;
    private AsrException? _fault;

    internal TranscriptionSession(SessionHost host, SessionOptions options, WorkClass finalClass, SessionCheckpoint? from = null)
    {
        (_host, _options, FinalClass) = (host, options, finalClass);
        Load = IsLive ? host.Metrics.Opened(SessionLoad.Live, options.Channels) : new SessionLoad(SessionLoad.File, options.Channels, 0);
        Span = IsLive ? EngineTracing.BeginSession(options) : null;
        _delivered = new DeliveryTimes(host.Metrics, options.Channels);
        _channels = new LiveChannel[options.Channels];
        for (int i = 0; i < _channels.Length; i++) _channels[i] = new LiveChannel(this, i, options, from?.Channels[i]);
        FirstFrame = _receivedFrames = _channels.Min(channel => channel.Input.FirstFrame);
        foreach (var channel in _channels) channel.Input.Begin(FirstFrame);
        _firstFinal = _channels.Min(channel => channel.Final);
        _updates = new UpdatePlaces(options.SampleRate);
    }

    /// <summary>Index of the first sample frame to write: 0, or what going on from a checkpoint needs.</summary>
    public long FirstFrame { get; }

    /// <summary>Where the session stands now.</summary>
    public SessionCursors Cursors
    {
        get
        {
            lock (Gate) return CursorsNow();
        }
    }

    /// <summary>
    /// The same, and where to go on from there: null while the reader has not asked for more events than there are, and
    /// after the session has failed or was disposed.
    /// </summary>
    public (SessionCursors Cursors, SessionCheckpoint? Checkpoint) Standing
    {
        get
        {
            lock (Gate) return (CursorsNow(), !IsClosed && _outbox.IsDelivered ? CheckpointNow() : null);
        }
    }

    /// <summary>Audio of segments so far, summed over channels.</summary>
    public TimeSpan Speech
    {
        get
        {
            lock (Gate) return SampleTime.Of(_channels.Sum(channel => channel.Speech));
        }
    }

    internal Lock Gate { get; } = new();

    internal bool IsClosed { get; private set; }

    internal WorkClass FinalClass { get; }

    internal bool IsLive => FinalClass != WorkClass.File;

    internal SessionLoad Load { get; }

    internal Activity? Span { get; }

    /// <summary>A recording waits for its reader, as nobody speaks into it; a live session does not.</summary>
    internal bool IsReaderAwaited =>
        FinalClass == WorkClass.File && (_outbox.Count >= MostUnread || (_options.Samples && _outbox.Clips >= MostClips));

    internal Recognizer Recognizer => _host.Recognizer;

    internal EngineMetrics Metrics => _host.Metrics;

    internal Admission? FileAdmission => _host.FileAdmission;

    internal TimeProvider Time => _host.Time;

    internal IReadOnlyList<IWorkSource> Sources => _channels;

    /// <summary>Takes sample frames in; waits while 30 s are unprocessed.</summary>
    /// <param name="frames">Interleaved, finite; whole sample frames. Used until the task completes.</param>
    /// <param name="cancellationToken">Gives up waiting; what was taken in stays taken in.</param>
    /// <exception cref="AsrException">The session has failed.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<float> frames, CancellationToken cancellationToken)
    {
        if (frames.Length % _options.Channels != 0)
            throw new ArgumentException($"{frames.Length} samples are not whole frames of {_options.Channels}.", nameof(frames));
        int slice = Math.Max(1, _options.SampleRate * SliceMilliseconds / 1000) * _options.Channels;
        while (!frames.IsEmpty)
        {
            var taken = frames[..Math.Min(slice, frames.Length)];
            while (!TryTake(taken.Span)) await _space.WaitAsync(cancellationToken);
            frames = frames[taken.Length..];
        }
    }

    /// <summary>Ends the open segments after the last sample taken in.</summary>
    public void FinalizeSegments() => Do(channel => channel.FinalizeSegment());

    /// <summary>Changes options for the segments that begin from here on.</summary>
    /// <exception cref="AsrException">An option is out of its range.</exception>
    public void Update(SessionUpdate update)
    {
        SessionChecks.Check(_options with
        {
            Context = update.Context ?? "",
            Language = update.Language ?? LanguageOptions.Default,
            Endpointing = update.Endpointing ?? new(),
        }, _host);
        lock (Gate)
        {
            ThrowIfOver();
            long place = _updates.Add(_receivedFrames, update.Language is not null);
            foreach (var channel in _channels) channel.Update(update, place);
        }
    }

    /// <summary>Says that no more audio comes: the remaining finals follow, then the end of the events.</summary>
    public void Complete()
    {
        lock (Gate)
        {
            if (_isInputComplete) return;
        }
        Do(channel => channel.Complete());
        lock (Gate) _isInputComplete = true;
        CompleteIfDone();
    }

    /// <summary>
    /// The next event, or null after the last one. A partial that a newer one replaced before it was read is skipped.
    /// </summary>
    /// <exception cref="AsrException">The session has failed; events before the failure were given first.</exception>
    public async ValueTask<SessionEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        var happened = await _outbox.ReadAsync(cancellationToken);
        if (FinalClass == WorkClass.File && (_outbox.Count == MostUnread - 1 || (_options.Samples && _outbox.Clips == MostClips - 1))) _host.Wake();
        return happened;
    }

    /// <summary>Says that an event that was read has been written to its caller: that is what latencies last until.</summary>
    public void Delivered(SessionEvent happened)
    {
        if (happened is ResultEvent result) _delivered.Written(result);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Close(null)) _outbox.Complete(null);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the session for a reason that its caller hears of.</summary>
    internal void Fail(Exception fault)
    {
        var told = fault as AsrException ?? new AsrException(AsrFailure.ModelFault, "The model failed on this session.", fault);
        if (!Close(told)) return;
        Metrics.Failed(IsLive ? SessionLoad.Live : SessionLoad.File, told);
        _outbox.Complete(told);
    }

    internal void Publish(SessionEvent happened)
    {
        lock (Gate) // events leave in the order of their cursors
        {
            if (IsLive && happened is ResultEvent { Samples.IsEmpty: false } final && _outbox.Clips >= MostClips)
                happened = final with { Samples = default };
            happened.Cursors = CursorsNow();
            if (FinalClass != WorkClass.File) happened.Checkpoint = CheckpointNow();
            if (_outbox.TryAdd(happened)) return;
        }
        Fail(new AsrException(
            AsrFailure.ClientTooSlow,
            $"More than {SessionOutbox.MaxFinals} finals, or {SessionOutbox.MaxBytes} bytes of them, wait to be read."));
    }

    /// <summary>Lets a waiting writer go on.</summary>
    internal void SignalSpace()
    {
        if (_space.CurrentCount == 0) _space.Release();
    }

    internal void CompleteIfDone()
    {
        lock (Gate)
        {
            if (!_isInputComplete || !Array.TrueForAll(_channels, channel => channel.IsDone)) return;
        }
        _outbox.Complete(null);
    }

    /// <returns>False where it was closed before.</returns>
    private bool Close(AsrException? fault)
    {
        lock (Gate)
        {
            if (IsClosed) return false;
            (IsClosed, _fault) = (true, fault);
            EngineTracing.EndSession(Span, CursorsNow(), fault);
        }
        _host.Metrics.Closed(Load);
        _host.Closed(this, _channels.Length);
        SignalSpace();
        return true;
    }

    private bool TryTake(ReadOnlySpan<float> frames)
    {
        bool hasWork = false;
        lock (Gate)
        {
            ThrowIfOver();
            foreach (var channel in _channels)
            {
                if (channel.Unprocessed >= _host.MaxBufferedSamples) return false;
            }
            foreach (var channel in _channels) hasWork |= channel.Append(frames);
            _receivedFrames += frames.Length / _options.Channels;
        }
        if (hasWork) _host.Wake();
        return true;
    }

    private void Do(Func<LiveChannel, bool> action)
    {
        bool hasWork = false;
        lock (Gate)
        {
            ThrowIfOver();
            foreach (var channel in _channels) hasWork |= action(channel);
        }
        if (hasWork) _host.Wake();
    }

    private void ThrowIfOver()
    {
        if (_fault is not null) throw _fault;
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (_isInputComplete) throw new InvalidOperationException("The session's audio is complete.");
    }

    private SessionCursors CursorsNow()
    {
        var received = TimeSpan.FromTicks((long)((Int128)_receivedFrames * TimeSpan.TicksPerSecond / _options.SampleRate));
        long processed = long.MaxValue, final = long.MaxValue;
        foreach (var channel in _channels)
        {
            processed = Math.Min(processed, channel.Processed);
            final = Math.Min(final, channel.Final);
        }
        return new SessionCursors(received, Earlier(SampleTime.Of(processed), received), Later(SampleTime.Of(_firstFinal), Earlier(SampleTime.Of(final), received)));
    }

    private SessionCheckpoint CheckpointNow()
    {
        var (updates, epoch) = _updates.Before(_channels.Min(channel => channel.Final));
        return new SessionCheckpoint(updates, [.. _channels.Select(channel => channel.Checkpoint)
            .Select(channel => channel with { Languages = channel.Languages.Since(epoch) })]);
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

using Google.Protobuf;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client;

/// <summary>What a sender finds in the log.</summary>
internal enum ReplayStep
{
    /// <summary>A message to send.</summary>
    Message,

    /// <summary>Nothing yet.</summary>
    Nothing,

    /// <summary>Nothing any more: the audio is complete.</summary>
    Done,
}

/// <summary>
/// What was written to a stream and may have to be sent again: audio from 0.5 s before the final cursor on, silence,
/// updates and finalizes at their places, and the config in force at that cursor.
/// </summary>
/// <remarks>
/// Sequences inside count from the first sample frame of the stream; those of messages from the first of the session,
/// which is another one where a new session had to begin. Thread-safe, for one sender at a time. Does no I/O.
/// </remarks>
internal sealed class ReplayLog
{
    private const int MaxControlBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(0.5), Piece = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<ReplayItem> _items = [];
    private readonly AudioFormat _format;
    private readonly FrameClock _clock;
    private readonly ChannelMask _mask;
    private readonly long _maxKept, _maxUnsent;

    private V1.StreamingConfig _config;
    private TaskCompletionSource _changed = NewSignal();
    private int _next; // item that is sent next
    private long _sent, _end, _keepFrom, _sessionStart;
    private TimeSpan _cursor; // of the session
    private int _controlBytes;
    private bool _isComplete;
    private Exception? _failure;

    public ReplayLog(StreamOptions options)
    {
        _format = options.Format;
        _clock = new FrameClock(_format.SampleRate);
        _mask = new ChannelMask(_format);
        _config = Messages.Of(options);
        (_maxKept, _maxUnsent) = (_clock.FramesIn(options.MaxKept), _clock.FramesIn(options.MaxUnsent));
    }

    /// <summary>Completes at the next change of anything; to be asked for before what is waited for is looked at.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate) return _changed.Task;
        }
    }

    /// <summary>Audio written, silence included.</summary>
    public TimeSpan Written
    {
        get
        {
            lock (_gate) return _clock.TimeOf(_end);
        }
    }

    /// <summary>Where the session begins in the stream.</summary>
    public TimeSpan Offset
    {
        get
        {
            lock (_gate) return _clock.TimeOf(_sessionStart);
        }
    }

    /// <summary>Frames that one append may bring at most.</summary>
    public int MaxAppend => (int)Math.Max(1, _clock.FramesIn(Piece));

    /// <summary>Takes sound of at most <see cref="MaxAppend"/> frames; false where there is no room.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (!HasRoom(bytes.Length / _format.FrameBytes)) return false;
            if (_items is not [.., AudioItem last] || !last.TryAppend(bytes))
            {
                var item = new AudioItem(_end, _format.FrameBytes, Math.Max(bytes.Length, MaxAppend * _format.FrameBytes));
                item.TryAppend(bytes);
                _items.Add(item);
            }

            Grow(bytes.Length / _format.FrameBytes);
            return true;
        }
    }

    /// <summary>Takes silence of at most <see cref="MaxAppend"/> frames; false where there is no room.</summary>
    public bool TryAppend(long silence)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (!HasRoom(silence)) return false;
            _items.Add(new SilenceItem(_end, silence));
            Grow(silence);
            return true;
        }
    }

    /// <summary>Takes an update or a finalize; false where there is no room.</summary>
    public bool TryAppend(V1.Control control)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (TryJoin(control)) return true;
            var item = new ControlItem(_end, control);
            if (_controlBytes > 0 && _controlBytes + item.Bytes > MaxControlBytes) return false;
            _items.Add(item);
            _controlBytes += item.Bytes;
            Signal();
            return true;
        }
    }

    /// <summary>No more comes.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            ThrowIfFailed();
            _isComplete = true;
            Signal();
        }
    }

    /// <summary>Nothing is taken or sent any more.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            Signal();
        }
    }

    /// <summary>What comes next.</summary>
    /// <param name="maxBytes">Of audio in a message.</param>
    /// <param name="message">Where there is one.</param>
    public ReplayStep TryNext(int maxBytes, out V1.StreamingTranscribeRequest? message)
    {
        lock (_gate)
        {
            message = null;
            if (_failure is not null) return ReplayStep.Nothing;
            for (; _next < _items.Count; _next++)
            {
                var item = _items[_next];
                // One before the place to send again from was heard: the service has kept it with the audio.
                if (item is ControlItem { IsFolded: false } control && control.Sequence >= _sent)
                {
                    _next++;
                    message = new() { Control = control.Control };
                    return ReplayStep.Message;
                }

                if (Math.Max(item.Sequence, _sent) < item.End)
                {
                    message = Take(item, maxBytes);
                    Signal(); // there is room
                    return ReplayStep.Message;
                }

                if (_next == _items.Count - 1) break; // it may grow
            }

            return _isComplete ? ReplayStep.Done : ReplayStep.Nothing;
        }
    }

    /// <summary>Everything of the session before a cursor is final: it is not needed again, but for a margin.</summary>
    public void Advance(TimeSpan cursor)
    {
        lock (_gate)
        {
            if (cursor <= _cursor) return;
            _cursor = cursor;
            foreach (var item in _items.OfType<ControlItem>().Where(item => !item.IsFolded)) Fold(item);
            if (cursor > Margin) _keepFrom = Math.Max(_keepFrom, _sessionStart + _clock.FrameAt(cursor - Margin));
            Drop();
        }
    }

    /// <summary>What a resume says of this side: from where it can send again, and the config in force at the cursor.</summary>
    public (long FirstSequence, V1.StreamingConfig Config) Standing
    {
        get
        {
            lock (_gate) return (_keepFrom - _sessionStart, _config.Clone());
        }
    }

    /// <summary>Sends again from a place of the session on.</summary>
    /// <returns>The place in the stream.</returns>
    public TimeSpan Rewind(long sequence)
    {
        lock (_gate)
        {
            (_next, _sent) = (0, _sessionStart + sequence);
            return _clock.TimeOf(_sent);
        }
    }

    /// <summary>Begins a new session where everything before is final.</summary>
    /// <param name="finalEnds">Of the stream, the end of the last final of each channel.</param>
    public void StartAnew(IReadOnlyList<TimeSpan> finalEnds)
    {
        lock (_gate)
        {
            _sessionStart += _clock.FrameAt(_cursor);
            (_cursor, _keepFrom) = (TimeSpan.Zero, _sessionStart);
            for (int channel = 0; channel < finalEnds.Count; channel++) _mask.Set(channel, _clock.FrameAt(finalEnds[channel]));
            Drop();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // All below: with the gate held.
    private bool HasRoom(long frames) => _end + frames - _keepFrom <= _maxKept && _end + frames - _sent <= _maxUnsent;

    private void Grow(long frames)
    {
        _end += frames;
        Signal();
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    /// <summary>
    /// Two updates at one place are one, and so are two finalizes: so calls without audio between them do not pile up.
    /// </summary>
    private bool TryJoin(V1.Control control)
    {
        if (control.Finalize is not null)
            return Enumerable.Reverse(_items).TakeWhile(IsControlHere).Any(item => ((ControlItem)item).Control.Finalize is not null);
        if (_items is not [.., ControlItem { Control.Update: not null } last] || !IsControlHere(last)) return false;

        _controlBytes -= last.Bytes;
        last.Merge(control.Update);
        _controlBytes += last.Bytes;
        _next = Math.Min(_next, _items.Count - 1); // sent again where it was sent
        Signal();
        return true;
    }

    private bool IsControlHere(ReplayItem item) => item is ControlItem { IsFolded: false } && item.Sequence == _end;

    private V1.StreamingTranscribeRequest Take(ReplayItem item, int maxBytes)
    {
        long from = Math.Max(item.Sequence, _sent);
        if (item is not AudioItem audio)
        {
            _sent = item.End;
            return new()
            {
                Silence = new V1.Silence { Sequence = InSession(from), Duration = _clock.DurationOf(item.End - from) },
            };
        }

        long frames = Math.Min(item.End - from, Math.Max(1, maxBytes / _format.FrameBytes));
        _sent = from + frames;
        var bytes = _mask.Apply(audio.Slice(from, frames), from);
        return new()
        {
            Audio = new V1.AudioChunk { Sequence = InSession(from), Data = UnsafeByteOperations.UnsafeWrap(bytes) },
        };
    }

    private ulong InSession(long sequence) => (ulong)(sequence - _sessionStart);

    private void Fold(ControlItem item)
    {
        if (!_clock.IsBefore(item.Sequence - _sessionStart, _cursor)) return;
        item.IsFolded = true;
        _controlBytes -= item.Bytes;
        if (item.Control.Update is not { } update) return;
        _config = _config.Clone();
        _config.Recognition.Biasing = update.Biasing ?? _config.Recognition.Biasing;
        _config.Recognition.Language = update.Language ?? _config.Recognition.Language;
        _config.Endpointing = update.Endpointing ?? _config.Endpointing;
    }

    private void Drop()
    {
        int gone = _items.TakeWhile(item => item.End <= _keepFrom && item is not ControlItem { IsFolded: false }).Count();
        gone = Math.Min(gone, _next);
        _items.RemoveRange(0, gone);
        _next -= gone;
        Signal(); // there is room
    }

    private void ThrowIfClosed()
    {
        ThrowIfFailed();
        if (_isComplete) throw new InvalidOperationException("The audio is complete: nothing can be written after it.");
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
    }
}

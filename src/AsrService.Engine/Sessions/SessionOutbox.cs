using System.Text;

namespace AsrService.Engine.Sessions;

/// <summary>Events on their way to a caller who may be slow: the newest partial only, and so many finals.</summary>
/// <remarks>Thread-safe: the loop and the writer put in, one reader takes out.</remarks>
internal sealed class SessionOutbox
{
    /// <summary>Finals that may wait.</summary>
    public const int MaxFinals = 256;

    /// <summary>Bytes of waiting finals, about what they take on the wire.</summary>
    public const int MaxBytes = 1 << 20;

    private const int OthersPerFinal = 4; // borders of speech, switches of language

    private readonly Lock _gate = new();
    private readonly List<SessionEvent> _events = [];
    private TaskCompletionSource? _waiting;
    private AsrException? _fault;
    private bool _isComplete;
    private bool _isInHand; // the reader has one that he may not have delivered

    /// <summary>Events waiting.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _events.Count;
        }
    }

    /// <summary>Waiting finals that have their audio.</summary>
    public int Clips
    {
        get
        {
            lock (_gate) return _events.Count(waiting => waiting is ResultEvent { Samples.IsEmpty: false });
        }
    }

    /// <summary>Whether the reader has delivered all there was: he has asked for more.</summary>
    public bool IsDelivered
    {
        get
        {
            lock (_gate) return _events.Count == 0 && !_isInHand;
        }
    }

    /// <summary>Puts an event in; false when the reader is too far behind.</summary>
    public bool TryAdd(SessionEvent added)
    {
        lock (_gate)
        {
            if (_isComplete) return true; // late: the caller has gone
            int at = added is ResultEvent result ? _events.FindIndex(waiting => IsSuperseded(waiting, result)) : -1;
            if (at >= 0 && added is ResultEvent { IsFinal: false }) Replace(at, added);
            else Append(added, superseded: at);
            if (IsOverfull()) return false;
        }
        Wake();
        return true;
    }

    /// <summary>No more events; with a fault, that comes after those waiting.</summary>
    public void Complete(AsrException? fault)
    {
        lock (_gate)
        {
            if (_isComplete) return;
            (_isComplete, _fault) = (true, fault);
        }
        Wake();
    }

    /// <summary>The next event; null after the last. To ask for it says that the one before has been delivered.</summary>
    public async ValueTask<SessionEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task waiting;
            lock (_gate)
            {
                _isInHand = _events.Count > 0;
                if (_isInHand)
                {
                    var first = _events[0];
                    _events.RemoveAt(0);
                    return first;
                }
                if (_fault is not null) throw _fault;
                if (_isComplete) return null;
                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = _waiting.Task;
            }
            await waiting.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A newer partial takes the older one's place: at the end it might be overtaken for ever.</summary>
    private void Replace(int at, SessionEvent added)
    {
        // Cursors never fall from one event to the next.
        if (at < _events.Count - 1) (added.Cursors, added.Checkpoint) = (_events[at].Cursors, _events[at].Checkpoint);
        _events[at] = added;
    }

    private void Append(SessionEvent added, int superseded)
    {
        if (superseded >= 0) _events.RemoveAt(superseded);
        _events.Add(added);
    }

    private static bool IsSuperseded(SessionEvent waiting, ResultEvent by) =>
        waiting is ResultEvent { IsFinal: false } partial && partial.Channel == by.Channel && partial.SegmentIndex == by.SegmentIndex;

    private bool IsOverfull()
    {
        int finals = 0, others = 0, bytes = 0;
        foreach (var waiting in _events)
        {
            if (waiting is not ResultEvent result) others++;
            else if (result.IsFinal)
            {
                finals++;
                bytes += Size(result);
            }
        }
        return finals > MaxFinals || others > OthersPerFinal * MaxFinals || bytes > MaxBytes;
    }

    private static int Size(ResultEvent final)
    {
        int size = Encoding.UTF8.GetByteCount(final.StableText);
        foreach (var word in final.Words) size += Encoding.UTF8.GetByteCount(word.Text) + 32;
        return size;
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_gate) (waiting, _waiting) = (_waiting, null);
        waiting?.SetResult();
    }
}

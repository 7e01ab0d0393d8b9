using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>A session whose connection is gone: its input, and nothing of the engine.</summary>
/// <param name="Profile">What it is.</param>
/// <param name="Standing">How far it was.</param>
/// <param name="Input">What may have to be heard again.</param>
/// <param name="Bytes">What that takes, about.</param>
/// <param name="Expires">When it is forgotten, as a timestamp.</param>
internal sealed record DetachedSession(
    SessionProfile Profile, SessionStanding Standing, InputKeeper Input, long Bytes, long Expires);

/// <summary>Keeps sessions whose connection is gone for a time; past a limit the oldest goes first.</summary>
/// <remarks>
/// A session that is not here any more can be resumed all the same: its token holds all, and the caller the audio.
/// Thread-safe.
/// </remarks>
internal sealed class DetachedSessions : IDisposable
{
    /// <summary>Most that all of them may take together.</summary>
    public const long MaxBytes = 256L << 20;

    private readonly int _most;
    private readonly TimeSpan _period;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly LinkedList<DetachedSession> _oldestFirst = new();
    private readonly Dictionary<string, LinkedListNode<DetachedSession>> _byId = [];

    /// <param name="most">Sessions kept.</param>
    /// <param name="period">How long one is kept.</param>
    /// <param name="time">Its clock.</param>
    public DetachedSessions(int most, TimeSpan period, TimeProvider time)
    {
        (_most, _period, _time) = (most, period, time);
        _timer = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sessions kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _byId.Count;
        }
    }

    /// <summary>Memory that their input takes, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>All of them, the first detached first.</summary>
    public IReadOnlyList<DetachedSession> All
    {
        get
        {
            lock (_gate) return [.. _oldestFirst];
        }
    }

    /// <summary>Keeps a session; one of the same id that was there goes.</summary>
    public void Add(SessionProfile profile, SessionStanding standing, InputKeeper input)
    {
        long expires = _time.GetTimestamp() + (long)(_period.TotalSeconds * _time.TimestampFrequency);
        standing = standing with { State = V1.SessionState.Detached };
        lock (_gate)
        {
            Forget(profile.Id);
            var added = new DetachedSession(profile, standing, input, input.Bytes, expires);
            _byId.Add(profile.Id, _oldestFirst.AddLast(added));
            Bytes += added.Bytes;
            while (_byId.Count > _most || (Bytes > MaxBytes && _byId.Count > 1)) Forget(_oldestFirst.First!.Value.Profile.Id);
            if (_oldestFirst.First!.Value == added) SetTimer();
        }
    }

    /// <summary>The session of that id; null where it is not here.</summary>
    public DetachedSession? Find(string id)
    {
        lock (_gate) return _byId.TryGetValue(id, out var found) ? found.Value : null;
    }

    /// <summary>Forgets a session.</summary>
    public void Remove(string id)
    {
        lock (_gate) Forget(id);
    }

    public void Dispose() => _timer.Dispose();

    private void Expire()
    {
        lock (_gate)
        {
            while (_oldestFirst.First is { } oldest && oldest.Value.Expires <= _time.GetTimestamp()) Forget(oldest.Value.Profile.Id);
            if (_oldestFirst.Count > 0) SetTimer();
        }
    }

    /// <summary>For the oldest one; the gate is held.</summary>
    private void SetTimer()
    {
        long left = _oldestFirst.First!.Value.Expires - _time.GetTimestamp();
        var wait = TimeSpan.FromSeconds((double)left / _time.TimestampFrequency) + TimeSpan.FromMilliseconds(1); // timers round down
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The gate is held.</summary>
    private void Forget(string id)
    {
        if (!_byId.Remove(id, out var node)) return;
        _oldestFirst.Remove(node);
        Bytes -= node.Value.Bytes;
    }
}

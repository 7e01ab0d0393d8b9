using AsrService.Hosting;
using Microsoft.Extensions.Options;

namespace AsrService.Server.Transcriber;

/// <summary>
/// The live sessions that this instance knows: of each only the newest call goes on, and those that lost their
/// connection are kept for a time.
/// </summary>
/// <remarks>
/// connected ──connection lost, superseded──▶ detached ──resumed──▶ connected; detached ──limit, expiry──▶ unknown.
/// Thread-safe.
/// </remarks>
internal sealed class LiveSessions(IOptions<AsrOptions> options, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StreamingCall> _calls = [];
    private readonly DetachedSessions _detached =
        new(2 * options.Value.Engine.MaxChannels, options.Value.Limits.ResumePeriod, time);

    /// <summary>Sessions that have a connection.</summary>
    public IReadOnlyList<LiveSession> Connected
    {
        get
        {
            lock (_gate) return [.. _calls.Values.Select(call => call.Session).OfType<LiveSession>()];
        }
    }

    /// <summary>Sessions whose connection is gone.</summary>
    public DetachedSessions Detached => _detached;

    /// <summary>What is known of a session, and its input; nulls for one that is not known here.</summary>
    public (SessionProfile? Profile, InputKeeper? Input) Find(string sessionId)
    {
        StreamingCall? call;
        lock (_gate) _calls.TryGetValue(sessionId, out call);
        if (call?.Session is { } connected) return (connected.Profile, connected.Input);
        var detached = _detached.Find(sessionId);
        return (detached?.Profile, detached?.Input);
    }

    /// <summary>Makes a call the session's; one that was there before is superseded and has given up its place.</summary>
    public void Take(string sessionId, StreamingCall call)
    {
        StreamingCall? older;
        lock (_gate)
        {
            _calls.TryGetValue(sessionId, out older);
            _calls[sessionId] = call;
        }

        older?.Supersede();
        if (older?.Session is { } left) Detach(left); // until the newer call has its places
    }

    /// <summary>A call has its places.</summary>
    public void Connect(string sessionId) => _detached.Remove(sessionId);

    /// <summary>Forgets a call, unless a newer one has taken its session.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="call">The call.</param>
    /// <param name="isLost">Whether the connection was lost: then the session is kept.</param>
    public void Leave(string sessionId, StreamingCall call, bool isLost)
    {
        lock (_gate)
        {
            if (!_calls.TryGetValue(sessionId, out var newest) || newest != call) return;
            _calls.Remove(sessionId);
        }

        if (isLost && call.Session is { } session) Detach(session);
    }

    public void Dispose() => _detached.Dispose();

    private void Detach(LiveSession session) => _detached.Add(session.Profile, session.Standing, session.Input);
}

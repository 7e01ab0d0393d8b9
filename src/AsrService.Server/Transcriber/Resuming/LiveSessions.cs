namespace AsrService.Server.Transcriber;

/// <summary>The live calls of this instance by session: of each session, only the newest goes on.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LiveSessions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StreamingCall> _calls = [];

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
    }

    /// <summary>Forgets a call, unless a newer one has taken its session.</summary>
    public void Leave(string sessionId, StreamingCall call)
    {
        lock (_gate)
        {
            if (_calls.TryGetValue(sessionId, out var newest) && newest == call) _calls.Remove(sessionId);
        }
    }
}

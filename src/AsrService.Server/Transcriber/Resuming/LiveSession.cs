using AsrService.Engine.Sessions;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What a session is, without a word of what is said in it.</summary>
/// <param name="Id">The session.</param>
/// <param name="ClientRequestId">The caller's own id.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Peer">Where the newest connection comes from.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Format">Format and channels.</param>
/// <param name="Began">When it began here.</param>
/// <param name="Resumes">How often it was resumed here.</param>
internal sealed record SessionProfile(
    string Id, string ClientRequestId, string Tenant, string Peer, string Model, V1.AudioFormat Format, DateTimeOffset Began,
    uint Resumes);

/// <summary>How far a session is.</summary>
/// <param name="State">Its phase.</param>
/// <param name="Cursors">In time.</param>
/// <param name="Acked">Index of the sample frame expected next.</param>
internal readonly record struct SessionStanding(V1.SessionState State, SessionCursors Cursors, long Acked)
{
    public TimeSpan Lag => Cursors.Received - Cursors.Processed;
}

/// <summary>A session with a connection.</summary>
internal sealed class LiveSession(SessionProfile profile, TranscriptionSession session, InputKeeper input)
{
    private volatile bool _isComplete;

    public SessionProfile Profile => profile;

    /// <summary>What may have to be heard again.</summary>
    public InputKeeper Input => input;

    public SessionStanding Standing => new(
        _isComplete ? V1.SessionState.Draining : V1.SessionState.Listening, session.Cursors, input.End);

    /// <summary>No more audio comes.</summary>
    public void Complete() => _isComplete = true;
}

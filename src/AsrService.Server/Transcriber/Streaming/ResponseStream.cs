using AsrService.Engine.Sessions;
using AsrService.Hosting;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>
/// Puts a live call's responses into their envelopes, with cursors that never go back and tokens that are never ahead of
/// what was written, and counts results.
/// </summary>
internal sealed class ResponseStream(
    ResponseQueue<V1.StreamingTranscribeResponse> to, string sessionId, Func<SessionCheckpoint, byte[]> seal, TimeProvider time)
{
    private SessionCursors _cursors;
    private SessionCheckpoint? _newest;
    private volatile SessionCheckpoint? _told; // in the newest token
    private long _acked;

    /// <summary>Finals written.</summary>
    public uint Finals { get; private set; }

    /// <summary>Partials written.</summary>
    public uint Partials { get; private set; }

    /// <summary>A fresh token that says what the newest one written did; null where none was.</summary>
    public byte[]? Token => _told is { } told ? seal(told) : null;

    /// <summary>Notes the sequence expected next.</summary>
    public void Acknowledge(long next) => Interlocked.Exchange(ref _acked, next);

    /// <summary>Writes a session's event.</summary>
    public Task WriteAsync(SessionEvent happened) =>
        WriteAsync(EventMapping.ToMessage(happened, sessionId), () => (happened.Cursors, happened.Checkpoint));

    /// <summary>Writes a message with its event set.</summary>
    /// <param name="message">Gets its envelope when its turn has come.</param>
    /// <param name="standing">Where the session stands then, and where to go on from there, if that can be said.</param>
    public Task WriteAsync(
        V1.StreamingTranscribeResponse message, Func<(SessionCursors Cursors, SessionCheckpoint? Checkpoint)> standing) => to.WriteAsync(() =>
    {
        var (cursors, checkpoint) = standing();
        // The final cursor belongs to the token: without a newer checkpoint it stays.
        if (checkpoint is null) cursors = cursors with { Final = _cursors.Final };
        else _newest = checkpoint;

        message.SessionId = sessionId;
        message.Cursors = Advance(cursors);
        message.ServerTime = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        if (HasToken(message))
        {
            _told = _newest;
            if (Token is { } token) message.ResumeToken = UnsafeByteOperations.UnsafeWrap(token);
        }

        if (message.Result is { IsFinal: true }) Finals++;
        else if (message.Result is not null) Partials++;
        return message;
    });

    private static bool HasToken(V1.StreamingTranscribeResponse message) =>
        message.Started is not null || message.Result is { IsFinal: true } || message.Flow is not null
        || message.Ended is { Reason: not V1.EndReason.Superseded };

    private V1.Cursors Advance(SessionCursors now)
    {
        _cursors = new SessionCursors(
            Later(_cursors.Received, now.Received), Later(_cursors.Processed, now.Processed), Later(_cursors.Final, now.Final));
        return new V1.Cursors
        {
            Received = Duration.FromTimeSpan(_cursors.Received),
            Processed = Duration.FromTimeSpan(_cursors.Processed),
            Final = Duration.FromTimeSpan(_cursors.Final),
            AckedSequence = (ulong)Interlocked.Read(ref _acked),
        };
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

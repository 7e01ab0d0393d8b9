using AsrService.Engine.Sessions;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>Puts a live call's responses into their envelopes, with cursors that never go back, and counts results.</summary>
internal sealed class ResponseStream(ResponseQueue<V1.StreamingTranscribeResponse> to, string sessionId, TimeProvider time)
{
    private SessionCursors _cursors;
    private long _acked;

    /// <summary>Finals written.</summary>
    public uint Finals { get; private set; }

    /// <summary>Partials written.</summary>
    public uint Partials { get; private set; }

    /// <summary>Notes the sequence expected next.</summary>
    public void Acknowledge(long next) => Interlocked.Exchange(ref _acked, next);

    /// <summary>Writes a message with its event set.</summary>
    /// <param name="message">Gets its envelope when its turn has come.</param>
    /// <param name="cursors">Where the session stood.</param>
    public Task WriteAsync(V1.StreamingTranscribeResponse message, SessionCursors cursors) => to.WriteAsync(() =>
    {
        message.SessionId = sessionId;
        message.Cursors = Advance(cursors);
        message.ServerTime = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        if (message.Result is { IsFinal: true }) Finals++;
        else if (message.Result is not null) Partials++;
        return message;
    });

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

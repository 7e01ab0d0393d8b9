using System.Globalization;
using AsrService.Cli.Output;
using AsrService.Contracts.V1;

namespace AsrService.Cli.Ops;

/// <summary>A service's sessions, for people and for programs.</summary>
internal static class SessionsOutput
{
    public static string Json(SessionInfo session) => JsonLine.Of(new
    {
        session.SessionId,
        session.ClientRequestId,
        session.Tenant,
        session.Peer,
        session.Model,
        Encoding = JsonLine.Name(session.AudioFormat.Encoding),
        Rate = session.AudioFormat.SampleRateHertz,
        session.AudioFormat.Channels,
        State = JsonLine.Name(session.State),
        StartTime = OpsText.Instant(session.StartTime),
        ReceivedS = JsonLine.Seconds(session.Cursors.Received.ToTimeSpan()),
        ProcessedS = JsonLine.Seconds(session.Cursors.Processed.ToTimeSpan()),
        FinalS = JsonLine.Seconds(session.Cursors.Final.ToTimeSpan()),
        session.Cursors.AckedSequence,
        LagS = JsonLine.Seconds(session.Lag.ToTimeSpan()),
        session.Resumes,
    });

    public static IEnumerable<string> Table(IReadOnlyList<SessionInfo> sessions)
    {
        yield return $"{"session",-34}{"state",-11}{"since",-22}{"received",10}{"lag s",8}{"resumes",9}  {"peer",-24}{"tenant",-16}request";
        foreach (var session in sessions)
        {
            string lag = session.Lag.ToTimeSpan().TotalSeconds.ToString("F2", CultureInfo.InvariantCulture);
            string line = $"{session.SessionId,-34}{JsonLine.Name(session.State),-11}{OpsText.Instant(session.StartTime),-22}"
                + $"{OpsText.Time(session.Cursors.Received),10}{lag,8}{session.Resumes,9}  {session.Peer,-24}{session.Tenant,-16}{session.ClientRequestId}";
            yield return OneLine.Of(line.TrimEnd());
        }
    }
}

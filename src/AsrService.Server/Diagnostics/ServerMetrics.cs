using System.Diagnostics.Metrics;
using AsrService.Engine.Diagnostics;
using AsrService.Server.Transcriber;

namespace AsrService.Server.Diagnostics;

/// <summary>What the server counts of live sessions, as further instruments of the engine's meter.</summary>
internal sealed class ServerMetrics
{
    private readonly Counter<long> _started, _ended, _rejected, _resumes;
    private readonly Counter<double> _received, _replayed;

    /// <param name="meters">Makes the meter, and ends it.</param>
    /// <param name="sessions">Those that are known.</param>
    public ServerMetrics(IMeterFactory meters, LiveSessions sessions)
    {
        var meter = meters.Create(EngineMetrics.MeterName);
        _started = meter.CreateCounter<long>("asr.sessions.started", "{session}", "Live sessions that got their places.");
        _ended = meter.CreateCounter<long>("asr.sessions.ended", "{session}", "Live sessions that ended, by reason and status.");
        _rejected = meter.CreateCounter<long>(
            "asr.sessions.rejected", "{session}", "Live calls that ended before they had a session, by reason.");
        _received = meter.CreateCounter<double>(
            "asr.audio.received", "s", "Audio taken in by live sessions, by encoding; silence that was announced is silence.");
        _resumes = meter.CreateCounter<long>(
            "asr.session.resumes", "{resume}", "Calls that were to go on with a session, by outcome.");
        _replayed = meter.CreateCounter<double>(
            "asr.resume.replayed.audio", "s", "Audio that resumed sessions had here already, so that it was not sent again.");
        meter.CreateObservableGauge(
            "asr.sessions.detached", () => sessions.Detached.Count, "{session}",
            "Sessions whose connection is gone and whose audio is kept here to be resumed.");
        foreach (string outcome in new[] { "ok", "token_invalid" }) _resumes.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        _replayed.Add(0);
        foreach (string reason in new[] { "server_full", "tenant_quota", "draining", "loading" }) Rejected(reason, 0); // others come with their first
    }

    /// <summary>Runs a live call and counts what becomes of it.</summary>
    public async Task CountAsync(Func<SessionMeter, Task> run)
    {
        var session = new SessionMeter(this);
        try
        {
            await run(session);
            session.Ended(null);
        }
        catch (Exception failure)
        {
            session.Ended(failure);
            throw;
        }
    }

    public void Started(string model) => _started.Add(1, new KeyValuePair<string, object?>("model", model));

    public void Ended(string model, string reason, string code) =>
        _ended.Add(1, new("model", model), new("reason", reason), new("code", code));

    public void Resumed(string outcome) => _resumes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Replayed(double seconds) => _replayed.Add(seconds);

    public void Rejected(string reason, long count) =>
        _rejected.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void Received(string model, string codec, double seconds) =>
        _received.Add(seconds, new("model", model), new("codec", codec));
}

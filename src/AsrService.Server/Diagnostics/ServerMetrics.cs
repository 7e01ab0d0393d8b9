using System.Diagnostics.Metrics;
using AsrService.Engine.Diagnostics;

namespace AsrService.Server.Diagnostics;

/// <summary>What the server counts of live sessions, as further instruments of the engine's meter.</summary>
internal sealed class ServerMetrics
{
    private readonly Counter<long> _started, _ended, _rejected;
    private readonly Counter<double> _received;

    /// <param name="meters">Makes the meter, and ends it.</param>
    public ServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(EngineMetrics.MeterName);
        _started = meter.CreateCounter<long>("asr.sessions.started", "{session}", "Live sessions that got their places.");
        _ended = meter.CreateCounter<long>("asr.sessions.ended", "{session}", "Live sessions that ended, by reason and status.");
        _rejected = meter.CreateCounter<long>(
            "asr.sessions.rejected", "{session}", "Live calls that ended before they had a session, by reason.");
        _received = meter.CreateCounter<double>(
            "asr.audio.received", "s", "Audio taken in by live sessions, by encoding; silence that was announced is silence.");
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

    public void Rejected(string reason, long count) =>
        _rejected.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void Received(string model, string codec, double seconds) =>
        _received.Add(seconds, new("model", model), new("codec", codec));
}

using System.Globalization;
using AsrService.Cli.Output;
using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Cli.Ops;

/// <summary>The state of a service, for people and for programs.</summary>
internal static class StatsOutput
{
    public static string Json(GetStatsResponse stats) => JsonLine.Of(new
    {
        stats.ServerVersion,
        UptimeS = Seconds(stats.Uptime),
        stats.IsReady,
        stats.NotReadyReasons,
        stats.IsDraining,
        Models = stats.Models.Select(model => model.Name),
        stats.SessionsActive,
        stats.SessionsDetached,
        stats.ChannelsActive,
        stats.ChannelsCapacity,
        stats.ChannelsSpeaking,
        stats.FilesActive,
        LagP50S = Seconds(stats.LagP50),
        LagP99S = Seconds(stats.LagP99),
        RefreshIntervalS = stats.EffectiveRefreshInterval is { } interval ? Seconds(interval) : (double?)null,
        Degradation = JsonLine.Name(stats.Degradation),
        HeartbeatAgeS = Seconds(stats.HeartbeatAge),
        KvCacheUsage = JsonLine.Probability(stats.KvCacheUsage),
        stats.ResidentBytes,
        AudioTranscribedS = Seconds(stats.AudioTranscribed),
        stats.EngineFaults,
        stats.StableViolations,
    });

    public static IEnumerable<string> Table(GetStatsResponse stats)
    {
        yield return Line("version", stats.ServerVersion);
        yield return Line("up", OpsText.Time(stats.Uptime));
        yield return Line("ready", stats.IsReady ? "yes" : "no: " + string.Join(' ', stats.NotReadyReasons));
        yield return Line("draining", stats.IsDraining ? "yes" : "no");
        yield return Line("models", string.Join(", ", stats.Models.Select(model => model.Name)));
        yield return Line("sessions", Text($"{stats.SessionsActive} connected, {stats.SessionsDetached} detached"));
        yield return Line("channels", Text($"{stats.ChannelsActive} of {stats.ChannelsCapacity}, {stats.ChannelsSpeaking} speaking"));
        yield return Line("files", Text($"{stats.FilesActive}"));
        yield return Line("lag", Text($"p50 {Seconds(stats.LagP50):F2} s, p99 {Seconds(stats.LagP99):F2} s"));
        yield return Line("refresh interval", stats.EffectiveRefreshInterval is { } interval ? Text($"{Seconds(interval):F2} s") : "-");
        yield return Line("degradation", JsonLine.Name(stats.Degradation));
        yield return Line("last step", Text($"{Seconds(stats.HeartbeatAge):F1} s ago"));
        yield return Line("KV cache", Text($"{stats.KvCacheUsage:P1} in use"));
        yield return Line("memory", Text($"{stats.ResidentBytes / 1e6:N0} MB"));
        yield return Line("audio transcribed", OpsText.Time(stats.AudioTranscribed));
        yield return Line("faults", Text($"{stats.EngineFaults}"));
        yield return Line("stable violations", Text($"{stats.StableViolations}"));
    }

    private static double Seconds(Duration? time) => JsonLine.Seconds(time?.ToTimeSpan() ?? default);

    private static string Line(string name, string value) => $"{name,-20}{OneLine.Of(value)}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

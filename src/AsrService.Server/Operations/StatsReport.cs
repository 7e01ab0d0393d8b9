using System.Diagnostics;
using System.Reflection;
using AsrService.Contracts.V1;
using AsrService.Engine;
using AsrService.Hosting;
using AsrService.Server.Refinement;
using AsrService.Server.Transcriber;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Server.Operations;

/// <summary>The state of this instance, put together when somebody asks.</summary>
internal sealed class StatsReport(
    EngineHost host, WordAligner aligner, ServiceState state, DrainController drain, LiveSessions sessions, TimeProvider time)
{
    private static readonly string Version = typeof(StatsReport).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly DateTimeOffset _began = BeginOfProcess();

    public GetStatsResponse Now()
    {
        var engine = host.Model.Engine;
        var (health, load, problems) = (engine.Health, engine.Stats, state.Problems);
        var lags = sessions.Connected.Select(session => session.Standing.Lag).Order().ToArray();
        var report = new GetStatsResponse
        {
            ServerVersion = Version,
            Uptime = Duration.FromTimeSpan(time.GetUtcNow() - _began),
            IsReady = problems.Count == 0,
            NotReadyReasons = { problems },
            IsDraining = drain.IsDraining,
            Models = { LimitsMapping.ToMessage(host.Model, aligner) },
            SessionsActive = (uint)lags.Length,
            ChannelsActive = (uint)health.Channels,
            ChannelsCapacity = (uint)health.ChannelCapacity,
            ChannelsSpeaking = (uint)load.SpeakingChannels,
            SessionsDetached = (uint)sessions.Detached.Count,
            FilesActive = (uint)load.Files,
            LagP50 = Duration.FromTimeSpan(Percentile(lags, 0.5)),
            LagP99 = Duration.FromTimeSpan(Percentile(lags, 0.99)),
            Degradation = ToMessage(load.Degradation),
            HeartbeatAge = Duration.FromTimeSpan(health.SinceHeartbeat),
            KvCacheUsage = (float)load.KvUsage,
            ResidentBytes = (ulong)Environment.WorkingSet,
            AudioTranscribed = Duration.FromTimeSpan(load.Transcribed),
            EngineFaults = (ulong)load.Faults,
            StableViolations = (ulong)load.StableViolations,
        };
        if (load.RefreshInterval is { } interval) report.EffectiveRefreshInterval = Duration.FromTimeSpan(interval);
        return report;
    }

    /// <summary>By nearest rank; zero of none.</summary>
    internal static TimeSpan Percentile(TimeSpan[] sorted, double share) =>
        sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private static DegradationLevel ToMessage(EngineDegradation degradation) => degradation switch
    {
        EngineDegradation.None => DegradationLevel.None,
        EngineDegradation.Skipping => DegradationLevel.Skipping,
        EngineDegradation.Refusing => DegradationLevel.Refusing,
        _ => throw new UnreachableException($"No level for {degradation}."),
    };

    private static DateTimeOffset BeginOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime;
    }
}

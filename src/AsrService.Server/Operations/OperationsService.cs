using AsrService.Contracts.V1;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AsrService.Server.Operations;

/// <summary>asr.v1.Operations: for those who run the service, also while it drains or is not ready.</summary>
internal sealed class OperationsService(
    ICallerAccess access, StatsReport stats, LiveSessions sessions, DrainController drain) : Contracts.V1.Operations.OperationsBase
{
    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(24);

    public override Task<GetStatsResponse> GetStats(GetStatsRequest request, ServerCallContext context)
    {
        access.ThrowUnlessOperator(context);
        return Task.FromResult(stats.Now());
    }

    public override Task<SetDrainResponse> SetDrain(SetDrainRequest request, ServerCallContext context)
    {
        access.ThrowUnlessOperator(context);
        var violations = new Violations();
        var grace = ExactDuration.Read(
            request.GracePeriod, TimeSpan.Zero, LongestGrace, absent: default, violations.At("grace_period"));
        violations.ThrowIfAny();

        if (request.Drain) drain.Begin(request.GracePeriod is null ? null : grace);
        else drain.Cancel();
        var answer = new SetDrainResponse { SessionsActive = (uint)sessions.Connected.Count };
        if (drain.Ends is not { } ends) return Task.FromResult(answer);
        (answer.IsDraining, answer.DrainEnds) = (true, Timestamp.FromDateTimeOffset(ends));
        return Task.FromResult(answer);
    }

    public override Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context)
    {
        access.ThrowUnlessOperator(context);
        var connected = sessions.Connected.Select(session => (session.Profile, session.Standing));
        var detached = sessions.Detached.All.Select(session => (session.Profile, session.Standing));
        return Task.FromResult(SessionPages.Take(request, connected.Concat(detached)));
    }
}

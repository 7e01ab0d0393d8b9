using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using AsrService.Server.Refinement;
using Microsoft.Extensions.Options;

namespace AsrService.Server.Transcriber;

/// <summary>What every call needs.</summary>
internal sealed class CallContext(
    EngineHost host, ServiceState state, DrainController drain, ResumeTokens tokens, LiveSessions sessions,
    WordAligner aligner, IOptions<AsrOptions> options, ServerMetrics metrics, ICallerAccess access, TenantQuotas quotas, CallLog log,
    TimeProvider time)
{
    public ServedModel Model => host.Model;

    public LimitOptions Limits => options.Value.Limits;

    public ServiceState State => state;

    public ServerMetrics Metrics => metrics;

    public TenantQuotas Quotas => quotas;

    public CallLog Log => log;

    public DrainController Drain => drain;

    public ResumeTokens Tokens => tokens;

    public LiveSessions Sessions => sessions;

    public ICallerAccess Access => access;

    public WordAligner Aligner => aligner;

    public TimeProvider Time => time;
}

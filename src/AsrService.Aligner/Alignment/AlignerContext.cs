using AsrService.Hosting;
using Microsoft.Extensions.Options;

namespace AsrService.Aligner;

/// <summary>What every call needs.</summary>
internal sealed class AlignerContext(
    IAlignerHost host, ServiceState state, DrainController drain, ClipReader clips, FailureInterceptor failures,
    ICallerAccess access, TenantQuotas quotas, CallLog log, IOptions<AsrOptions> options, TimeProvider time)
{
    /// <summary>The API's limit; a model may take less.</summary>
    private static readonly TimeSpan MostAudio = TimeSpan.FromSeconds(300);

    public ServedAligner Model => host.Aligner;

    public LimitOptions Limits => options.Value.Limits;

    public ServiceState State => state;

    public DrainController Drain => drain;

    public ClipReader Clips => clips;

    public FailureInterceptor Failures => failures;

    public ICallerAccess Access => access;

    public TenantQuotas Quotas => quotas;

    public CallLog Log => log;

    public TimeProvider Time => time;

    /// <summary>The longest recording of a request.</summary>
    public TimeSpan MaxAudio => Model.Aligner.MaxClip < MostAudio ? Model.Aligner.MaxClip : MostAudio;
}

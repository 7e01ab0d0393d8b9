using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using Microsoft.Extensions.Options;

namespace AsrService.Server.Transcriber;

/// <summary>What every call needs.</summary>
internal sealed class CallContext(EngineHost host, ServiceState state, IOptions<AsrOptions> options, ServerMetrics metrics, TimeProvider time)
{
    public ServedModel Model => host.Model;

    public LimitOptions Limits => options.Value.Limits;

    public ServiceState State => state;

    public ServerMetrics Metrics => metrics;

    public TimeProvider Time => time;
}

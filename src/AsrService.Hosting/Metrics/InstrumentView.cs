using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace AsrService.Hosting;

/// <summary>Which instruments a service shows, and under which names.</summary>
/// <param name="own">Made the service's meters; those of other services in the process have another.</param>
internal sealed class InstrumentView(IMeterFactory own)
{
    /// <summary>Gauges of .NET whose names end as only a histogram's or summary's sample may.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["dotnet.assembly.count"] = "dotnet.assemblies",
        ["dotnet.process.cpu.count"] = "dotnet.process.cpus",
        ["dotnet.thread_pool.thread.count"] = "dotnet.thread_pool.threads",
        ["dotnet.timer.count"] = "dotnet.timers",
    };

    /// <summary>Null for an instrument that is shown as it is.</summary>
    public MetricStreamConfiguration? Of(Instrument instrument)
    {
        if (instrument.Meter.Scope is { } scope && !ReferenceEquals(scope, own)) return MetricStreamConfiguration.Drop;
        return Renamed.TryGetValue(instrument.Name, out string? name) ? new MetricStreamConfiguration { Name = name } : null;
    }
}

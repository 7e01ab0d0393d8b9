using System.Diagnostics;
using AsrService.Engine.Diagnostics;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace AsrService.Hosting;

/// <summary>Sends traces to a collector, where one is named.</summary>
internal static class TracingServices
{
    private const string RequestSource = "Microsoft.AspNetCore";

    private const string NoRequestTags = "Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData";

    private static readonly string[] Standard = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>Adds the exporter if an address is configured: without one nobody listens, and nothing is made.</summary>
    public static void AddTraces(this IOpenTelemetryBuilder telemetry, IConfiguration configuration)
    {
        string? endpoint = configuration["Telemetry:Otlp:Endpoint"];
        bool isNamed = !string.IsNullOrEmpty(endpoint), isStandard = Standard.Any(name => !string.IsNullOrEmpty(configuration[name]));
        if (!isNamed && !isStandard) return;
        AppContext.SetSwitch(NoRequestTags, false); // its default leaves requests' spans without method and path
        telemetry.WithTracing(traces => traces
            .AddSource(EngineTracing.SourceName, RequestSource) // with the request's span, a caller's own trace goes on
            .AddProcessor(new ProbeFilter())
            .AddOtlpExporter(otlp => SetEndpoint(otlp, isNamed ? endpoint : null)));
    }

    /// <summary>An address that is none is left to the check of options, which tells it with all other mistakes.</summary>
    private static void SetEndpoint(OtlpExporterOptions otlp, string? endpoint)
    {
        if (endpoint is not null && Uri.TryCreate(endpoint, UriKind.Absolute, out var address)) otlp.Endpoint = address;
    }

    /// <summary>Leaves out requests of the HTTP endpoint: probes and scrapes, several a minute.</summary>
    private sealed class ProbeFilter : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            bool isProbe = data.Source.Name == RequestSource && (data.GetTagItem("http.request.method") ?? "GET") is "GET" or "HEAD";
            if (isProbe) data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}

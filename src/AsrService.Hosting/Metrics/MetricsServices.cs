using System.Diagnostics.Metrics;
using AsrService.Engine.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AsrService.Hosting;

/// <summary>Adds metrics for Prometheus, and traces where somebody takes them.</summary>
public static class MetricsServices
{
    private static readonly string[] Meters =
    [
        EngineMetrics.MeterName, AlignerMetrics.MeterName, HostingMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting",
    ];

    /// <summary>Collects the service's meters and those of .NET; <c>MapPrometheusScrapingEndpoint</c> shows them.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Holds section <c>Telemetry</c>.</param>
    public static IServiceCollection AddAsrTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSettings<TelemetryOptions>(configuration.GetSection(TelemetryOptions.Section));
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddSingleton<HostingMetrics>();

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("asr-service"))
            .WithMetrics(metrics => metrics.AddMeter(Meters).SetExemplarFilter(ExemplarFilterType.TraceBased).AddPrometheusExporter());
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
            metrics.AddView(new InstrumentView(provider.GetRequiredService<IMeterFactory>()).Of));
        telemetry.AddTraces(configuration);
        return services;
    }
}

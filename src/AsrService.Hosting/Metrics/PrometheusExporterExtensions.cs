using AsrService.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OpenTelemetry.Metrics;

/// <summary>The methods of package OpenTelemetry.Exporter.Prometheus.AspNetCore that are used here, under its names.</summary>
public static class PrometheusExporterExtensions
{
    /// <summary>Adds the exporter that answers scrapes.</summary>
    public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services => services.AddSingleton<PrometheusExporter>());
        return builder.AddReader(provider => new BaseExportingMetricReader(provider.GetRequiredService<PrometheusExporter>()));
    }

    /// <summary>Maps GET and HEAD of a path to a scrape.</summary>
    public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(
        this IEndpointRouteBuilder endpoints, string path = "/metrics")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        _ = endpoints.ServiceProvider.GetRequiredService<MeterProvider>(); // which makes the reader, and with it Collect
        var exporter = endpoints.ServiceProvider.GetRequiredService<PrometheusExporter>();
        return endpoints.MapMethods(path, HealthEndpoints.ReadOnly, http => WriteAsync(http, exporter));
    }

    private static async Task WriteAsync(HttpContext http, PrometheusExporter exporter)
    {
        var format = ExpositionFormats.Negotiate(http.Request);
        string? text = await exporter.ScrapeAsync(format, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = "Accept";
        if (text is null)
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        http.Response.ContentType = format.ContentType();
        await http.Response.WriteAsync(text, http.RequestAborted);
    }
}

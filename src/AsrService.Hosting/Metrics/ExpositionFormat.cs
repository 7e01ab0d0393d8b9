using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AsrService.Hosting;

/// <summary>How metrics are written down.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>Which format a scraper gets.</summary>
internal static class ExpositionFormats
{
    private const string OpenMetricsType = "application/openmetrics-text";

    public static string ContentType(this ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The one preferred in <c>Accept</c>; text for whoever does not care, or asks for what is not served.</summary>
    public static ExpositionFormat Negotiate(HttpRequest request)
    {
        double openMetrics = 0, text = 0;
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)) return ExpositionFormat.Text;
        foreach (var type in accepted)
        {
            double quality = type.Quality ?? 1;
            if (IsOpenMetrics(type)) openMetrics = Math.Max(openMetrics, quality);
            else if (IsText(type)) text = Math.Max(text, quality);
        }
        return openMetrics > 0 && openMetrics >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
    }

    private static bool IsOpenMetrics(MediaTypeHeaderValue type) =>
        type.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase) && VersionOf(type) is (null or "1.0.0");

    private static bool IsText(MediaTypeHeaderValue type) =>
        type.MatchesAllTypes || type.MediaType.Equals("text/*", StringComparison.OrdinalIgnoreCase)
        || (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase) && VersionOf(type) is (null or "0.0.4"));

    private static string? VersionOf(MediaTypeHeaderValue type)
    {
        foreach (var parameter in type.Parameters)
        {
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase)) return parameter.GetUnescapedValue().ToString();
        }
        return null;
    }
}

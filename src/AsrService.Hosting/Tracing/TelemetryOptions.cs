using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>What is sent to those who watch the service; section <c>Telemetry</c>.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Telemetry";

    /// <summary>Where traces go.</summary>
    public OtlpOptions Otlp { get; init; } = new();
}

/// <summary>A collector of OpenTelemetry; section <c>Telemetry:Otlp</c>.</summary>
public sealed record OtlpOptions
{
    /// <summary>Its address.</summary>
    /// <value>http or https. Default none: no traces, unless OTEL_EXPORTER_OTLP_ENDPOINT names one.</value>
    public string Endpoint { get; init; } = "";
}

/// <summary>Checks what <see cref="TelemetryOptions"/> document.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var mistakes = new SettingMistakes();
        string endpoint = options.Otlp.Endpoint;
        bool isAddress = Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https");
        if (endpoint.Length > 0 && !isAddress)
            mistakes.Add("Telemetry:Otlp:Endpoint", $"{endpoint} is no address; expected http://HOST:PORT or https://HOST:PORT.");
        return mistakes.ToResult();
    }
}

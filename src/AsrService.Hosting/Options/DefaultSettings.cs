using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace AsrService.Hosting;

/// <summary>A setting of the framework for which the services have a default of their own.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">What it is unless somebody sets it.</param>
/// <param name="Meaning">For the page of settings.</param>
internal sealed record DefaultSetting(string Key, string Value, string Meaning);

/// <summary>Where the services listen and what they log unless they are told otherwise.</summary>
public static class DefaultSettings
{
    /// <summary>Adds them below everything that is there already.</summary>
    /// <param name="configuration">Of the service.</param>
    /// <param name="grpcPort">On loopback.</param>
    /// <param name="httpPort">On loopback.</param>
    public static void AddDefaults(this IConfigurationBuilder configuration, int grpcPort, int httpPort)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var values = Of(grpcPort, httpPort).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value));
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });
    }

    internal static IReadOnlyList<DefaultSetting> Of(int grpcPort, int httpPort) =>
    [
        new("Kestrel:Endpoints:Grpc:Url", $"http://127.0.0.1:{grpcPort}", "Where gRPC listens."),
        new("Kestrel:Endpoints:Grpc:Protocols", "Http2", "gRPC needs HTTP/2."),
        new("Kestrel:Endpoints:Http:Url", $"http://127.0.0.1:{httpPort}", "Where health and metrics listen."),
        new("Kestrel:Endpoints:Http:Protocols", "Http1", "HTTP/1.1, as probes and Prometheus speak it."),
        new("Logging:LogLevel:Default", "Information", "The least severe message of the service that is logged."),
        new("Logging:LogLevel:Microsoft", "Warning", "The same for messages of the framework."),
        new(
            "Logging:Console:FormatterName",
            ConsoleFormatterNames.Simple,
            "`simple` for a line for people, `json` for an object a line, `systemd` for a line with a priority for the journal."),
        new("Logging:Console:FormatterOptions:SingleLine", "true", "`simple` and `systemd`: one line a message."),
        new("Logging:Console:FormatterOptions:TimestampFormat", "yyyy-MM-ddTHH:mm:ss.fffZ ", "What a line begins with."),
        new("Logging:Console:FormatterOptions:UseUtcTimestamp", "true", "Universal time, as the format says."),
        new(
            "Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host",
            "None", // whoever starts the service gets the exception itself, and the program prints it as one line
            "Why a service did not start is told on standard error, a line for each mistake, and not logged a second time."),
        new(
            "Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests",
            "None",
            "Its messages quote what callers send, credentials as well."),
    ];
}

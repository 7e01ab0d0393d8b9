using AsrService.Hosting.Tests.Options;

namespace AsrService.Hosting.Tests.Tracing;

[Trait("Category", "Unit")]
public class TelemetryOptionsTests
{
    [Theory]
    [InlineData("Telemetry:Otlp:Endpoint", "", null)]
    [InlineData("telemetry:otlp:endpoint", "http://localhost:4317", null)]
    [InlineData("Telemetry:Otlp:Endpoint", "https://collector.example:4317", null)]
    [InlineData("Telemetry:Otlp:Endpoint", "localhost:4317", "Telemetry:Otlp:Endpoint: localhost:4317 is no address; expected http://HOST:PORT or https://HOST:PORT.")]
    [InlineData("Telemetry:Otlp:Port", "4317", "Telemetry:Otlp:Port: there is no such setting; Telemetry:Otlp has Endpoint.")]
    public void Start_Setting_IsKnownAndAnAddress(string setting, string value, string? mistake) =>
        Assert.Equal(mistake is null ? [] : [mistake], Startup.Mistakes((setting, value)));
}

using Microsoft.AspNetCore.Http;

namespace AsrService.Hosting.Tests.Metrics;

[Trait("Category", "Unit")]
public class ExpositionFormatsTests
{
    [Theory]
    [InlineData("", "Text")]
    [InlineData("*/*", "Text")]
    [InlineData("text/html,*/*;q=0.8", "Text")]
    [InlineData("application/openmetrics-text", "OpenMetrics")]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", "OpenMetrics")]
    [InlineData("application/openmetrics-text;version=\"1.0.0\"", "OpenMetrics")]
    [InlineData("application/openmetrics-text;version=0.0.1", "Text")]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;version=0.0.4;q=0.3", "Text")]
    [InlineData("application/openmetrics-text;q=0", "Text")]
    [InlineData(
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "OpenMetrics")]
    [InlineData("not a media type", "Text")]
    public void Negotiate_Accept_GivesThePreferredFormat(string accept, string expected)
    {
        var request = new DefaultHttpContext().Request;
        if (accept.Length > 0) request.Headers.Accept = accept;

        Assert.Equal(Enum.Parse<ExpositionFormat>(expected), ExpositionFormats.Negotiate(request));
    }
}

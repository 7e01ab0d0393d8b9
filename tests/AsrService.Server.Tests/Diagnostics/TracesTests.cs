using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>Traces reach a collector, and say nothing that was said.</summary>
[Trait("Category", "EndToEnd")]
public class TracesTests
{
    private const string Method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    [Fact]
    public async Task Session_WithACollector_IsSentToIt()
    {
        using var received = new MemoryStream();
        await using var collector = await StartCollectorAsync(received);
        string endpoint = collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        LiveOutcome outcome;
        await using (var server = await TestServer.StartAsync(null, $"Telemetry:Otlp:Endpoint={endpoint}"))
            outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Clips.Interview(6)); // stopping sends what is left

        string sent = Encoding.UTF8.GetString(received.ToArray());
        Assert.Contains("asr.session", sent, StringComparison.Ordinal);
        Assert.Contains("asr.batch.step", sent, StringComparison.Ordinal);
        Assert.Contains("asr.final", sent, StringComparison.Ordinal);
        Assert.Contains("asr.cursor.processed", sent, StringComparison.Ordinal);
        Assert.Contains("asr-service", sent, StringComparison.Ordinal);
        Assert.Contains("/asr.v1.Transcriber/StreamingTranscribe", sent, StringComparison.Ordinal); // the request's own span
        Assert.NotEmpty(outcome.Finals);
        Assert.All(outcome.Finals, final => Assert.DoesNotContain(final.StableText, sent, StringComparison.Ordinal));
    }

    private static async Task<WebApplication> StartCollectorAsync(MemoryStream received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapPost(Method, async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, CancellationToken.None);
            lock (received) received.Write(body.ToArray());
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[5], CancellationToken.None); // an empty message
            http.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync();
        return app;
    }
}

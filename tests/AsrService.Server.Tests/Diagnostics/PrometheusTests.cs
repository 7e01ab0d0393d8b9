using System.Diagnostics;
using AsrService.TestKit;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>What Prometheus itself says of the metrics.</summary>
[Trait("Category", "EndToEnd")]
public class PrometheusTests
{
    [Fact]
    public async Task CheckMetrics_AfterWork_HasNothingToSay()
    {
        Tools.Require("promtool");
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        await LiveCall.RunAsync(server.Client, LiveCall.Config, Clips.Interview(6));
        await http.GetStringAsync("/healthz/ready", TestContext.Current.CancellationToken);
        string text = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var said = await Tools.RunAsync(
            new ProcessStartInfo("promtool", ["check", "metrics"]), TestContext.Current.CancellationToken, text);

        Assert.Equal((0, "", ""), said);
    }

    [Fact]
    public async Task Scraped_ByPrometheus_AnswersQueries()
    {
        Tools.Require("prometheus");
        await using var server = await TestServer.StartAsync();
        using var prometheus = new PrometheusServer(server.Addresses.Http);

        await prometheus.QueryAsync("up", value => value == 1);
        Assert.Equal(1, await prometheus.QueryAsync("asr_engine_up", _ => true));
        await LiveCall.RunAsync(server.Client, LiveCall.Config, Clips.Interview(6));
        await prometheus.QueryAsync("asr_sessions_ended_total{code=\"OK\"}", value => value == 1);
        double p95 = await prometheus.QueryAsync(
            "histogram_quantile(0.95, sum by (le) (asr_final_latency_seconds_bucket))", value => value > 0);

        Assert.InRange(p95, 0, 10);
        Assert.Equal(1, await prometheus.QueryAsync("up", _ => true)); // every scrape so far could be read
    }
}

using AsrService.TestKit;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>What Prometheus itself says of the metrics and of the rules.</summary>
[Trait("Category", "EndToEnd")]
public class PrometheusTests
{
    private static readonly string Rules = Path.Combine(RepositoryPaths.Root, "deploy", "prometheus");

    [Fact]
    public async Task CheckMetrics_AfterWork_HasNothingToSay()
    {
        PrometheusPrograms.Require("promtool");
        await using var server = await TestServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        await LiveCall.RunAsync(server.Client, LiveCall.Config, Clips.Interview(6));
        await http.GetStringAsync("/healthz/ready", TestContext.Current.CancellationToken);
        string text = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var (code, said) = await PrometheusPrograms.RunPromtoolAsync(text, Rules, "check", "metrics");

        Assert.Equal((0, ""), (code, said));
    }

    [Fact]
    public async Task Scraped_ByPrometheus_AnswersQueries()
    {
        PrometheusPrograms.Require("prometheus");
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

    [Theory]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    public async Task Rules_OfDeploy_AreGoodAndFire(params string[] arguments)
    {
        PrometheusPrograms.Require("promtool");

        var (code, said) = await PrometheusPrograms.RunPromtoolAsync("", Rules, arguments);

        Assert.True(code == 0, said);
    }

    [Fact]
    public void Rules_OfDeploy_AreAllTested()
    {
        static IEnumerable<string> Alerts(string file, string key) => File.ReadLines(Path.Combine(Rules, file))
            .Select(line => line.Trim(' ', '-')).Where(line => line.StartsWith(key, StringComparison.Ordinal)).Select(line => line[key.Length..].Trim());

        Assert.Equal(Alerts("alerts.yml", "alert:").Order(), Alerts("alerts.test.yml", "alertname:").Distinct().Order());
    }
}

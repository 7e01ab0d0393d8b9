using System.Diagnostics;
using System.Text.RegularExpressions;
using AsrService.TestKit;

namespace AsrService.Deploy.Tests.Monitoring;

/// <summary>What Prometheus itself says of the rules and of the configuration.</summary>
[Trait("Category", "EndToEnd")]
public partial class PrometheusFilesTests
{
    private static readonly string Folder = DeployFiles.PathOf("prometheus");

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    public Task Files_OfDeploy_AreGoodAndFire(params string[] arguments) => AssertPromtoolAsync(Folder, arguments);

    [Fact]
    public void Alerts_OfDeploy_AreAllTested()
    {
        var tested = Yaml.Document(DeployFiles.Read("prometheus", "alerts.test.yml")).List("tests")
            .SelectMany(test => test.List("alert_rule_test")).Where(test => test.List("exp_alerts").Any()).Select(test => test.Text("alertname"));

        Assert.Equal(Rules("alert").Select(rule => rule.Text("alert")).Order(), tested.Distinct().Order());
    }

    /// <summary>Quiet for want of data would prove nothing.</summary>
    [Fact]
    public void Alerts_OnHealthySeries_HaveAllThatTheyAskFor()
    {
        var healthy = Yaml.Document(DeployFiles.Read("prometheus", "alerts.test.yml")).List("tests").Single(test => test.Text("name") == "all is well");
        string series = string.Join('\n', healthy.List("input_series").Select(one => one.Text("series")));

        var asked = Rules("alert").Concat(Rules("record")).SelectMany(rule => Metric().Matches(rule.Text("expr"))).Select(match => match.Value);

        Assert.All(asked.Distinct(), metric => Assert.Contains(metric + "{", series, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AdapterRule_WithItsPlacesFilled_IsAQuery()
    {
        using var folder = new TemporaryFolder();
        var rule = Yaml.Document(DeployFiles.Read("prometheus", "adapter-rules.yml")).Find("rules", "0")!;
        string query = rule.Text("metricsQuery").Replace("<<.GroupBy>>", "pod", StringComparison.Ordinal)
            .Replace("<<.LabelMatchers>>", "namespace=\"speech\",pod=~\"a|b\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.At("rules.yml"), $$"""
            groups: [{name: adapter, rules: [{record: {{rule.Text("name", "as")}}, expr: '{{query}}'}]}]
            """);
        await File.WriteAllTextAsync(folder.At("test.yml"), """
            rule_files: [rules.yml]
            tests:
              - input_series:
                  - {series: 'asr_channels_active{namespace="speech",pod="a",model="m"}', values: '96'}
                  - {series: 'asr_channels_capacity{namespace="speech",pod="a",model="m"}', values: '128'}
                  - {series: 'asr_channels_active{namespace="other",pod="a",model="m"}', values: '1'}
                  - {series: 'asr_channels_capacity{namespace="other",pod="a",model="m"}', values: '128'}
                promql_expr_test:
                  - {expr: asr_channels_usage, eval_time: 0m, exp_samples: [{labels: 'asr_channels_usage{pod="a"}', value: 0.75}]}
            """);

        Assert.DoesNotContain("<<", query, StringComparison.Ordinal);
        string metrics = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "metrics.md"));
        Assert.All(Metric().Matches(query), match => Assert.Contains($"| `{match.Value}` |", metrics, StringComparison.Ordinal));
        await AssertPromtoolAsync(folder.Path, "test", "rules", "test.yml");
    }

    private static IEnumerable<YamlDotNet.RepresentationModel.YamlNode> Rules(string kind) =>
        Yaml.Document(DeployFiles.Read("prometheus", "alerts.yml")).List("groups").SelectMany(group => group.List("rules"))
            .Where(rule => rule.Find(kind) is not null);

    private static async Task AssertPromtoolAsync(string folder, params string[] arguments)
    {
        Tools.Require("promtool");

        var (code, output, errors) = await Tools.RunAsync(
            new ProcessStartInfo("promtool", arguments) { WorkingDirectory = folder }, TestContext.Current.CancellationToken);

        Assert.True(code == 0, output + errors);
    }

    /// <summary>A metric that the service exports; recorded ones have a colon before.</summary>
    [GeneratedRegex(@"(?<![:\w])(asr|rpc)_[a-z_]+")]
    private static partial Regex Metric();
}

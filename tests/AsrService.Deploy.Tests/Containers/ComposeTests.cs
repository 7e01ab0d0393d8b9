using System.Globalization;
using AsrService.TestKit;
using YamlDotNet.RepresentationModel;

namespace AsrService.Deploy.Tests.Containers;

[Trait("Category", "Unit")]
public class ComposeTests
{
    private static readonly YamlNode Compose = Yaml.Document(DeployFiles.Read("compose.yaml"));

    private static IEnumerable<(string Service, string Host, string Inside)> Mounts =>
        from service in Compose.Map("services").Keys
        from mount in Compose.List("services", service, "volumes")
        let parts = mount.ToString().Split(':')
        where parts[0].StartsWith('.')
        select (service, Path.Combine(DeployFiles.PathOf(), parts[0]), parts[1]);

    [Fact]
    public void Build_OfTheService_IsTheDockerfileFromTheRoot()
    {
        string context = Path.GetFullPath(Path.Combine(DeployFiles.PathOf(), Compose.Text("services", "asr", "build", "context")));

        Assert.Equal(RepositoryPaths.Root, context);
        Assert.Equal(DeployFiles.PathOf("Dockerfile"), Path.Combine(context, Compose.Text("services", "asr", "build", "dockerfile")));
    }

    [Fact]
    public void Ports_OfTheService_AreThoseOfTheImage() => Assert.Equal(
        Dockerfile.Last("EXPOSE").Words.Order(),
        Compose.List("services", "asr", "ports").Select(port => port.ToString().Split(':')[^1]).Order());

    [Fact]
    public void Ports_OfAll_AreOnLoopback() => Assert.All(
        Compose.Map("services").Keys.SelectMany(service => Compose.List("services", service, "ports")),
        port => Assert.StartsWith("127.0.0.1:", port.ToString(), StringComparison.Ordinal));

    [Fact]
    public void Environment_OfTheService_IsOfSettingsThatExist() =>
        DeployFiles.AssertSettings(Compose.Map("services", "asr", "environment").Keys);

    [Fact]
    public void Root_OfTheService_IsReadOnlyButForUploads()
    {
        Assert.Equal("true", Compose.Text("services", "asr", "read_only"));
        Assert.Equal(Dockerfile.Environment["TMPDIR"], Assert.Single(Compose.List("services", "asr", "tmpfs")).ToString().Split(':')[0]);
        Assert.Equal("ALL", Assert.Single(Compose.List("services", "asr", "cap_drop")).ToString());
    }

    [Fact]
    public void Uploads_OfTheGreatestSize_FitIntoTheTemporaryFolder()
    {
        long bytes = long.Parse(Compose.Map("services", "asr", "environment")["Asr__Limits__MaxFileBytes"], CultureInfo.InvariantCulture);

        Assert.Contains("size=2g", Compose.List("services", "asr", "tmpfs").Single().ToString(), StringComparison.Ordinal);
        Assert.InRange(5 * 8 * bytes, 1, 2L << 30);
    }

    [Fact]
    public void GracePeriod_OfTheService_OutlastsItsDrain() =>
        Assert.InRange(int.Parse(Compose.Text("services", "asr", "stop_grace_period").TrimEnd('s'), CultureInfo.InvariantCulture), 30 + 15 + 1, 120);

    [Fact]
    public void Mounts_OfAll_AreFilesOfTheRepository() => Assert.All(Mounts, mount => Assert.True(Path.Exists(mount.Host), mount.Host));

    [Fact]
    public void Prometheus_ItsFiles_LieWhereItReadsThem()
    {
        var configuration = Yaml.Document(DeployFiles.Read("prometheus", "prometheus.yml"));
        string[] inside = [.. Mounts.Where(mount => mount.Service == "prometheus").Select(mount => mount.Inside)];

        Assert.Contains("/etc/prometheus/prometheus.yml", inside);
        Assert.All(configuration.List("rule_files"), rules => Assert.Contains($"/etc/prometheus/{rules}", inside));
        string target = configuration.Text("scrape_configs", "0", "static_configs", "0", "targets", "0");
        Assert.Contains(target.Split(':')[0], Compose.Map("services").Keys);
        Assert.Contains(target.Split(':')[1], Dockerfile.Last("EXPOSE").Words);
    }

    [Fact]
    public void Grafana_ItsProvisioning_FindsPrometheusAndTheDashboard()
    {
        string[] inside = [.. Mounts.Where(mount => mount.Service == "grafana").Select(mount => mount.Inside)];
        var source = Yaml.Document(DeployFiles.Read("grafana", "provisioning", "datasources", "prometheus.yaml"));
        var dashboards = Yaml.Document(DeployFiles.Read("grafana", "provisioning", "dashboards", "asr.yaml"));

        var prometheus = new Uri(source.Text("datasources", "0", "url"));
        Assert.Equal($"127.0.0.1:{prometheus.Port}:{prometheus.Port}", Assert.Single(Compose.List("services", prometheus.Host, "ports")).ToString());
        Assert.Contains("/etc/grafana/provisioning", inside);
        string home = Compose.Map("services", "grafana", "environment")["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"];
        Assert.Contains(home, inside);
        Assert.Equal(Path.GetDirectoryName(home), dashboards.Text("providers", "0", "options", "path"));
    }
}

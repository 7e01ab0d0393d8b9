using System.Globalization;
using AsrService.Deploy.Tests.Containers;
using YamlDotNet.RepresentationModel;

namespace AsrService.Deploy.Tests.Charts;

[Trait("Category", "EndToEnd")]
public class ChartTests(ChartRenderer renderer) : IClassFixture<ChartRenderer>
{
    private const string Least = "{resume: {existingSecret: resume}, auth: {existingSecret: callers}}";

    private const string Everything = """
        resume: {existingSecret: resume, key: here}
        auth: {existingSecret: callers}
        settings: {Asr__Limits__MaxIdle: "00:01:00"}
        drain: {gracePeriodSeconds: 4000}
        model: {existingClaim: weights, path: Qwen3-ASR-0.6B}
        autoscaling: {enabled: true}
        serviceMonitor: {enabled: true, labels: {release: prometheus}}
        networkPolicy:
          enabled: true
          callers: [{podSelector: {matchLabels: {app: caller}}}]
          monitors: [{namespaceSelector: {}}]
        imagePullSecrets: [{name: pull}]
        podAnnotations: {note: "1"}
        nodeSelector: {disk: fast}
        tolerations: [{key: speech, operator: Exists}]
        affinity: {nodeAffinity: {}}
        """;

    [Theory]
    [InlineData("{}", "auth.existingSecret")]
    [InlineData("{auth: {allowAnonymous: true}}", "resume.existingSecret is missing")]
    [InlineData("{auth: {allowAnonymous: true}, resume: {existingSecret: k}, model: {existingClaim: w}}", "model.path is missing")]
    public async Task Render_SomethingMissing_SaysWhat(string values, string says)
    {
        var (chart, errors) = await renderer.RenderAsync(values);

        Assert.Null(chart);
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_LeastValues_IsADeploymentWithServicesAndABudget()
    {
        var chart = await RenderAsync(Least);

        Assert.Equal(
            ["Deployment", "PodDisruptionBudget", "Service", "Service"],
            chart.Objects.Select(one => one.Text("kind")).Order(StringComparer.Ordinal));
        Assert.Equal("2", chart.The("Deployment").Text("spec", "replicas"));
        Assert.Contains("demonstration model", chart.Notes, StringComparison.Ordinal);
    }

    [Theory, InlineData(Least), InlineData(Everything)]
    public async Task Render_AnyValues_EveryObjectHasItsHead(string values) => Assert.All((await RenderAsync(values)).Objects, one =>
    {
        Assert.NotEmpty(one.Text("apiVersion"));
        Assert.NotEmpty(one.Text("metadata", "name"));
        Assert.Equal("test", one.Map("metadata", "labels")["app.kubernetes.io/instance"]);
    });

    [Theory, InlineData(Least, 300), InlineData(Everything, 4000)]
    public async Task Deployment_GracePeriod_OutlastsTheDrain(string values, int drain)
    {
        var pod = Pod(await RenderAsync(values));

        var set = TimeSpan.Parse(Setting(pod, "Asr__Drain__GracePeriod")!, CultureInfo.InvariantCulture);
        Assert.Equal(TimeSpan.FromSeconds(drain), set);
        Assert.Equal(drain + 30, int.Parse(pod.Text("terminationGracePeriodSeconds"), CultureInfo.InvariantCulture)); // 15 s to leave, and 15
    }

    [Theory, InlineData(Least), InlineData(Everything)]
    public async Task Deployment_Pod_MayDoLittle(string values)
    {
        var pod = Pod(await RenderAsync(values));

        string[] user = Dockerfile.Last("USER").Arguments.Split(':');
        Assert.Equal(("true", user[0], user[1]), (
            pod.Text("securityContext", "runAsNonRoot"), pod.Text("securityContext", "runAsUser"), pod.Text("securityContext", "runAsGroup")));
        Assert.Equal("false", pod.Text("automountServiceAccountToken"));
        var container = pod.Find("containers", "0")!;
        Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("ALL", Assert.Single(container.List("securityContext", "capabilities", "drop")).ToString());
        Assert.Contains(container.List("volumeMounts"), mount => mount.Text("mountPath") == Dockerfile.Environment["TMPDIR"]);
        var mounted = container.List("volumeMounts").Select(mount => mount.Text("name")).Order();
        Assert.Equal(mounted, pod.List("volumes").Select(volume => volume.Text("name")).Order());
    }

    [Fact]
    public async Task Deployment_Environment_IsOfSettingsThatExist()
    {
        var pod = Pod(await RenderAsync(Everything));

        DeployFiles.AssertSettings(pod.List("containers", "0", "env").Select(variable => variable.Text("name")));
        Assert.Equal("00:01:00", Setting(pod, "Asr__Limits__MaxIdle"));
        Assert.Equal("/models/Qwen3-ASR-0.6B", Setting(pod, "Asr__Models__0__Path"));
        Assert.Equal("false", Setting(pod, "Asr__Auth__AllowAnonymous"));
        Assert.Equal("true", Setting(pod, "Asr__Auth__OpenMetrics")); // to whom the network lets in
        Assert.Equal("callers", pod.Text("containers", "0", "envFrom", "0", "secretRef", "name"));
        var key = pod.List("containers", "0", "env").Single(variable => variable.Text("name") == "Asr__Resume__Key");
        Assert.Equal(("resume", "here"), (key.Text("valueFrom", "secretKeyRef", "name"), key.Text("valueFrom", "secretKeyRef", "key")));
    }

    [Fact]
    public async Task Deployment_Probes_AskWhatTheServiceAnswers()
    {
        var container = Pod(await RenderAsync(Least)).Find("containers", "0")!;

        Assert.Equal(
            ["/healthz/live", "/healthz/live", "/healthz/ready"],
            new[] { "startupProbe", "livenessProbe", "readinessProbe" }.Select(probe => container.Text(probe, "httpGet", "path")));
        Assert.Equal(Dockerfile.Last("EXPOSE").Words.Order(), container.List("ports").Select(port => port.Text("containerPort")).Order());
    }

    [Fact]
    public async Task Names_OfPortsAndPods_LeadSomewhere()
    {
        var chart = await RenderAsync(Everything);
        var pod = Pod(chart);
        string[] ports = [.. pod.List("containers", "0", "ports").Select(port => port.Text("name"))];
        var labels = chart.The("Deployment").Map("spec", "template", "metadata", "labels");
        var services = chart.All("Service").ToList();

        Assert.All(services.SelectMany(service => service.List("spec", "ports")), port => Assert.Contains(port.Text("targetPort"), ports));
        Assert.All(chart.The("NetworkPolicy").List("spec", "ingress"), rule => Assert.Contains(rule.Text("ports", "0", "port"), ports));
        Assert.Contains(
            chart.The("ServiceMonitor").Text("spec", "endpoints", "0", "port"),
            services.SelectMany(service => service.List("spec", "ports")).Select(port => port.Text("name")));
        IEnumerable<Dictionary<string, string>> selectors =
        [
            chart.The("Deployment").Map("spec", "selector", "matchLabels"), chart.The("PodDisruptionBudget").Map("spec", "selector", "matchLabels"),
            chart.The("NetworkPolicy").Map("spec", "podSelector", "matchLabels"), .. services.Select(service => service.Map("spec", "selector")),
        ];
        Assert.All(selectors, selector => Assert.Superset(selector.ToHashSet(), labels.ToHashSet()));
        Assert.Contains(services, service => service.Find("spec", "clusterIP")?.ToString() == "None");
    }

    [Fact]
    public async Task Autoscaler_ItsMetric_IsTheAdaptersOverTheDeployment()
    {
        var chart = await RenderAsync(Everything);
        var scaler = chart.The("HorizontalPodAutoscaler");
        var rule = Yaml.Document(DeployFiles.Read("prometheus", "adapter-rules.yml")).Find("rules", "0")!;

        Assert.Equal(rule.Text("name", "as"), scaler.Text("spec", "metrics", "0", "pods", "metric", "name"));
        Assert.Equal(chart.The("Deployment").Text("metadata", "name"), scaler.Text("spec", "scaleTargetRef", "name"));
        Assert.Null(chart.The("Deployment").Find("spec", "replicas")); // or every upgrade would undo what it decided
    }

    [Fact]
    public async Task NetworkPolicy_WithPeers_AdmitsThemAlone()
    {
        var rules = (await RenderAsync(Everything)).The("NetworkPolicy").List("spec", "ingress").ToList();

        Assert.Equal("caller", rules[0].Text("from", "0", "podSelector", "matchLabels", "app"));
        Assert.NotNull(rules[1].Find("from", "0", "namespaceSelector"));
    }

    private async Task<RenderedChart> RenderAsync(string values)
    {
        var (chart, errors) = await renderer.RenderAsync(values);
        Assert.True(chart is not null, errors);
        return chart!;
    }

    private static YamlNode Pod(RenderedChart chart) => chart.The("Deployment").Find("spec", "template", "spec")!;

    private static string? Setting(YamlNode pod, string name) =>
        pod.List("containers", "0", "env").SingleOrDefault(variable => variable.Text("name") == name)?.Text("value");
}

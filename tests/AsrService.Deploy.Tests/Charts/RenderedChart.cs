using System.Diagnostics;
using System.Text.Json;
using AsrService.TestKit;
using YamlDotNet.RepresentationModel;

namespace AsrService.Deploy.Tests.Charts;

/// <summary>Renders the chart with Go's templates and Sprig, of Debian's packages, which are what Helm renders with.</summary>
public sealed class ChartRenderer : IAsyncLifetime
{
    private const string GoLibraries = "/usr/share/gocode"; // where Debian puts them

    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        if (!IsThere) return;
        var build = new ProcessStartInfo("go", ["build", "-o", _folder.At("render"), Path.Combine(RepositoryPaths.Root, "tests", "deploy", "render.go")])
        {
            Environment = { ["GO111MODULE"] = "off", ["GOPATH"] = GoLibraries, ["GOCACHE"] = _folder.At("cache"), ["GOFLAGS"] = "" },
        };
        var (code, output, errors) = await Tools.RunAsync(build, TestContext.Current.CancellationToken);
        Assert.True(code == 0, output + errors);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Renders with values over the chart's own.</summary>
    /// <returns>The objects of all templates, or why there are none.</returns>
    internal async Task<(RenderedChart? Chart, string Errors)> RenderAsync(string values)
    {
        Tools.Require("Go with Sprig", IsThere);
        var start = new ProcessStartInfo(_folder.At("render"), [DeployFiles.PathOf("helm", "asr"), values]);
        var (code, output, errors) = await Tools.RunAsync(start, TestContext.Current.CancellationToken);
        return code == 0 ? (new RenderedChart(JsonSerializer.Deserialize<Dictionary<string, string>>(output)!), errors) : (null, errors);
    }

    private static bool IsThere => File.Exists("/usr/bin/go") && Directory.Exists(Path.Combine(GoLibraries, "src/github.com/Masterminds/sprig"));
}

/// <summary>The Kubernetes objects that a chart became.</summary>
internal sealed class RenderedChart(Dictionary<string, string> files)
{
    public string Notes => files["NOTES.txt"];

    public IReadOnlyList<YamlNode> Objects { get; } =
        [.. files.Where(file => file.Key.EndsWith(".yaml", StringComparison.Ordinal)).SelectMany(file => Yaml.Documents(file.Value))];

    public IEnumerable<YamlNode> All(string kind) => Objects.Where(one => one.Text("kind") == kind);

    public YamlNode The(string kind) => Assert.Single(All(kind));
}

using System.Text.Json;
using System.Text.RegularExpressions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

/// <summary>Holds docs/cli.md to what the program says of itself.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class DocumentationTests
{
    private static readonly string[] Commands = ["", "demo", "stream", "transcribe", "load", "ops", "ops stats", "ops drain", "ops sessions", "model", "model info", "model list", "model pull", "wer", "bench", "bench engine", "bench live", "bench align", "align"];

    [Fact]
    public async Task Page_Options_AreThoseOfTheHelp()
    {
        var offered = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string command in Commands)
        {
            var help = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]));
            foreach (string line in help.OutputLines.Where(line => line.StartsWith("  -", StringComparison.Ordinal)))
                offered.UnionWith(Option().Matches(line[..Math.Min(line.Length, 32)]).Select(match => match.Value));
        }

        var documented = Option().Matches(Page).Select(match => match.Value).ToHashSet();

        Assert.Contains("--max-segment", offered);
        Assert.Equal(offered, documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Page_Commands_AreThoseOfTheHelp()
    {
        foreach (string group in new[] { "", "ops", "model", "bench" })
        {
            var help = await AsrProcess.RunAsync([.. group.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            string listed = help.Output[help.Output.IndexOf("Commands:", StringComparison.Ordinal)..];
            foreach (Match name in Subcommand().Matches(listed))
                Assert.Contains($"asr {group} {name.Groups[1].Value}".Replace("  ", " ", StringComparison.Ordinal), Page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Page_ExitCodes_AreThoseOfTheProgram()
    {
        var documented = ExitCodeRow().Matches(Page).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(
            [ExitCodes.Done, ExitCodes.Usage, ExitCodes.BadInput, ExitCodes.ModelFault, ExitCodes.ServiceFailed, ExitCodes.InternalError, ExitCodes.OutputFailed, ExitCodes.Interrupted],
            documented);
    }

    [Fact]
    public async Task Page_JsonFields_AreThoseOfTheOutput()
    {
        var transcript = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("transcribe", "--format", "json", Recordings.Numbers)));
        var figures = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("bench", "engine", "--seconds", "1")));
        var alignFigures = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("bench", "align", "--seconds", "1")));
        var segment = transcript.GetProperty("segments")[0];

        var load = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync(
            "load", "--streams", "1", "--pace", "20", "--duration", "10", "--verify", "--format", "json")));

        JsonElement[] parts =
        [
            transcript, segment, transcript.GetProperty("timings"), figures, alignFigures, load, load.GetProperty("server"),
            load.GetProperty("latencies"), load.GetProperty("latencies").GetProperty("partial_ms"), load.GetProperty("verification"),
        ];
        foreach (var element in parts)
            Assert.All(element.EnumerateObject(), field => Assert.Contains($"`{field.Name}`", Page, StringComparison.Ordinal));
    }

    private static string Page { get; } = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "cli.md"));

    [GeneratedRegex(@"(?<![\w-])--?[a-z?][a-z-]*\b|(?<=[` ])-\?")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?m)^  ([a-z]+) ")]
    private static partial Regex Subcommand();

    [GeneratedRegex(@"(?m)^\| ([0-9]+) \| ")]
    private static partial Regex ExitCodeRow();
}

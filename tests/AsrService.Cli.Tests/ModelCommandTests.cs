using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public class ModelCommandTests
{
    [Theory]
    [InlineData("demo-asr", "transcriber", "4,408,896"), InlineData("demo-aligner", "forced aligner", "4,485,696")]
    public async Task Info_BundledModel_SaysWhatItHolds(string name, string kind, string parameters)
    {
        string folder = Path.Combine(RepositoryPaths.Models, name);
        foreach (string way in new[] { name, folder, folder + "/" })
        {
            var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("model", "info", way));

            Assert.Empty(result.Errors);
            Assert.Contains($"folder      {folder}", result.OutputLines);
            Assert.Contains($"kind        {kind}", result.OutputLines);
            Assert.Contains($"parameters  {parameters}", result.OutputLines);
            Assert.Contains("has never heard a human being", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task List_EveryPlace_TheNearestWins()
    {
        using var installed = new TemporaryFolder();
        new CheckpointBuilder(TinyConfigs.Asr).Write(installed.At("tiny"));
        Directory.CreateSymbolicLink(installed.At("demo-asr"), installed.At("tiny"));
        Directory.CreateDirectory(installed.At("broken"));
        File.WriteAllText(installed.At("broken", "config.json"), "{");
        var start = new AsrStart("model", "list") { Environment = { ["ASR_MODELS"] = installed.Path } };

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(start));

        Assert.Equal(["broken", "demo-asr", "tiny", "demo-aligner"], result.OutputLines.Select(line => line.Split(' ')[0]));
        Assert.EndsWith(installed.At("demo-asr"), result.OutputLines[1], StringComparison.Ordinal);
        Assert.Contains("unusable: ", result.OutputLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_ByNamePathOrLink_IsFound()
    {
        using var installed = new TemporaryFolder();
        Directory.CreateSymbolicLink(installed.At("link"), Path.Combine(RepositoryPaths.Models, "demo-asr"));
        foreach (string way in new[] { "link", installed.At("link") + "/" })
        {
            var start = new AsrStart("transcribe", "--model", way, Recordings.Numbers) { Environment = { ["ASR_MODELS"] = installed.Path } };
            var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(start));
            Assert.Equal(Recordings.Reference(Recordings.Numbers).Text, Assert.Single(result.OutputLines));
        }
    }
}

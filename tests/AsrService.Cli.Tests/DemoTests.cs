using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public class DemoTests
{
    [Fact]
    public async Task Demo_BundledRecordings_GivesTheirReferenceText()
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("demo"));

        Assert.Empty(result.Errors);
        foreach (string wav in Recordings.All)
        {
            var (text, language) = Recordings.Reference(wav);
            int line = Array.FindIndex(result.OutputLines, l => l.StartsWith(Path.GetFileName(wav) + "  ", StringComparison.Ordinal));
            Assert.Contains($"  {(language.Length > 0 ? language : "no speech")}  real-time factor 0.", result.OutputLines[line], StringComparison.Ordinal);
            Assert.Equal(text.Length > 0 ? text : "(nothing was said, and nothing is invented)", result.OutputLines[line + 1].Trim());
        }
        Assert.Matches(@"\n169 s of audio in [0-9.]+ s: real-time factor 0\.[0-9]+ \(cpu, ", result.Output);
        Assert.Contains("\nModel: demo-asr (demonstration model)\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("has never heard a human being", result.OutputLines[^1], StringComparison.Ordinal);
    }
}

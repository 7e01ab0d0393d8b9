using System.Text.RegularExpressions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

/// <summary>Every command that the README and the pages under docs/ tell people to type works as it stands there.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class ReadmeTests
{
    private const string Prefix = "dotnet run -c Release --project src/AsrService.Cli -- ";

    public static TheoryData<string, string> Commands()
    {
        var commands = new TheoryData<string, string>();
        var pages = Directory.GetFiles(RepositoryPaths.Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "docs"), "*.md", SearchOption.AllDirectories));
        foreach (string page in pages)
        {
            foreach (Match block in ShellBlock().Matches(File.ReadAllText(page)))
            {
                foreach (string line in block.Groups[1].Value.Split('\n').Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)))
                    commands.Add(Path.GetRelativePath(RepositoryPaths.Root, page), line[Prefix.Length..]);
            }
        }
        return commands;
    }

    [Theory, MemberData(nameof(Commands))]
    public async Task Command_AsWritten_Works(string page, string arguments)
    {
        string[] words = [.. Word().Matches(arguments).Select(word => word.Value.Trim('"'))];

        var result = await AsrProcess.RunAsync(new AsrStart(words) { Folder = RepositoryPaths.Root });

        Assert.True(result.ExitCode == ExitCodes.Done, $"{page}: asr {arguments}: exit code {result.ExitCode}: {result.Errors}");
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void Commands_OfTheReadme_AreFound() =>
        Assert.True(Commands().Count(row => row.Data.Item1 == "README.md") >= 5, "The README's commands are no longer recognized.");

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}

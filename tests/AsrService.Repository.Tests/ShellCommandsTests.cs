using Xunit;

namespace AsrService.Repository.Tests;

public class ShellCommandsTests
{
    [Fact, Trait("Category", "Unit")]
    public void In_Markdown_YieldsCommandsOfShellBlocks()
    {
        const string Markdown = "text\n```sh\n# all\ndotnet run --project a \\\n  -- b\n\n$ tests/run.sh\n```\n```\nls\n```\n";

        var commands = ShellCommands.In(Markdown.Split('\n').Select((text, index) => (index + 1, text)));

        Assert.Equal([(4, "dotnet run --project a -- b"), (7, "tests/run.sh")], commands);
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData("tests/run.sh --fast", "tests/run.sh")]
    [InlineData("./tests/run.sh", "tests/run.sh")]
    [InlineData("dotnet run --project src/AsrService.Cli -- samples/a.wav", "src/AsrService.Cli samples/a.wav")]
    [InlineData("dotnet run -c Release --project cli -- --model models/Mine models/demo-asr", "cli models/demo-asr")]
    [InlineData("cp samples/a.wav b.wav", "")]
    public void PathsOf_Command_AreWhatItNeeds(string command, string expected) =>
        Assert.Equal(expected, string.Join(' ', ShellCommands.PathsOf(command)));

    [Fact, Trait("Category", "Conformance")]
    public void Commands_InMarkdown_NameWhatExists() => Findings.AssertNone(
        from path in RepositoryFiles.All
        where path.EndsWith(".md", StringComparison.Ordinal)
        from command in ShellCommands.In(RepositoryFiles.LinesOf(path))
        from needed in ShellCommands.PathsOf(command.Text)
        where !Path.Exists(RepositoryFiles.FullPath(needed))
        select Findings.At(path, command.Line, $"{needed} does not exist."));
}

using Xunit;

namespace AsrService.Repository.Tests;

public class TextTests
{
    [Theory, Trait("Category", "Unit")]
    [InlineData("cd {0}root/x", "{0}root/")]
    [InlineData("\"{0}work/x\"", "{0}work/")]
    [InlineData("see {0}home/ann/x", "{0}home/ann")]
    [InlineData("https://api{1}nuget.org/v3", "api{1}nuget.org")]
    [InlineData("https://example.org{0}work/x", null)]
    [InlineData("docs{0}work/x and ${{home}}{0}root/", null)]
    public void In_Line_FindsWhatOneMachineHas(string pattern, string? expected)
    {
        // Written with gaps, or this file would break the rule that it tests.
        static string Fill(string text) => string.Format(null, text, "/", ".");

        Assert.Equal(expected is null ? null : Fill(expected), MachineNames.In(Fill(pattern)));
    }

    [Fact, Trait("Category", "Conformance")]
    public void Files_InTheRepository_NameNoMachine() => Findings.AssertNone(
        from path in RepositoryFiles.All
        where Path.GetFileName(path) != ".gitignore" // its patterns begin at the repository, not at the machine
        from line in RepositoryFiles.LinesOf(path)
        let name = MachineNames.In(line.Text)
        where name is not null
        select Findings.At(path, line.Line, $"'{name}' is of one machine."));
}

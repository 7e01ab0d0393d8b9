using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Conformance")]
public class StableTextDocumentationTests
{
    [Fact]
    public void SemanticUnits_TableOfExamples_IsTheTested()
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryPaths.Root, "docs", "stable-text.md"));

        string[] rows = [.. lines.Where(line => line.Contains('`') && line.StartsWith("| ", StringComparison.Ordinal))];

        Assert.Equal([.. SemanticUnitsTests.Table.Select(row => RowOf(row.Data.Item1, row.Data.Item2))], rows);
    }

    private static string RowOf(string language, string table) =>
        $"| {(language.Length == 0 ? "none" : language)} | `{table.Replace("|", "\\|")}` |";
}

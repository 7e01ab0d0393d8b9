using System.Text.RegularExpressions;
using Xunit;

namespace AsrService.Repository.Tests;

/// <summary>Links between the pages lead somewhere.</summary>
[Trait("Category", "Unit")]
public sealed partial class LinkTests
{
    [Fact]
    public void Links_ToFilesOfTheRepository_HaveTheirTargets() => Findings.AssertNone(
        from page in RepositoryFiles.All
        where page.EndsWith(".md", StringComparison.Ordinal)
        from line in RepositoryFiles.LinesOf(page)
        from Match link in Link().Matches(line.Text)
        let target = link.Groups[1].Value
        where !Path.Exists(Path.Combine(Path.GetDirectoryName(RepositoryFiles.FullPath(page))!, target))
        select Findings.At(page, line.Line, $"there is no {target}."));

    /// <summary>A Markdown link that is neither a web address nor a place in the same page; without its anchor.</summary>
    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}

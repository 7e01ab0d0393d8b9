using System.Text.RegularExpressions;
using Xunit;

namespace AsrService.Repository.Tests;

[Trait("Category", "Conformance")]
public partial class LayoutTests
{
    private const string Solution = "AsrService.sln";
    private const string Suffix = ".Tests";

    /// <summary>Tests of the whole rather than of one project.</summary>
    private static readonly string[] Wholes =
        ["AsrService.Repository", "AsrService.Interop", "AsrService.EndToEnd", "AsrService.Deploy", "AsrService.Soak"];

    [Fact]
    public void Solution_EveryProjectFile_IsInIt()
    {
        var listed = SolutionProjects().Select(project => project.Path).ToHashSet();

        Findings.AssertNone(
            from project in RepositoryFiles.Projects()
            where project.Name != Layers.Prefix + Layers.OnRequest && !listed.Contains(project.Path)
            select Findings.At(project.Path, 1, $"{Solution} does not list it."));
    }

    [Fact]
    public void Solution_EveryEntry_Exists() => Findings.AssertNone(
        from project in SolutionProjects()
        where !File.Exists(RepositoryFiles.FullPath(project.Path))
        select Findings.At(Solution, project.Line, $"{project.Path} does not exist."));

    [Fact]
    public void TestProjects_OfOneProject_StandForAProjectInSrc() => Findings.AssertNone(
        from project in RepositoryFiles.Projects("tests/")
        where project.Name.EndsWith(Suffix, StringComparison.Ordinal)
        let tested = project.Name[..^Suffix.Length]
        where !Wholes.Contains(tested) && !File.Exists(RepositoryFiles.FullPath($"src/{tested}/{tested}.csproj"))
        select Findings.At(project.Path, 1, $"there is no src/{tested}."));

    [Fact]
    public void TestFolders_OfOneProject_MirrorItsFolders() => Findings.AssertNone(
        from path in RepositoryFiles.All
        let match = TestFile().Match(path)
        where match.Success && !Wholes.Contains(match.Groups["project"].Value)
        let folder = $"src/{match.Groups["project"]}/{match.Groups["folder"]}"
        where !Directory.Exists(RepositoryFiles.FullPath(folder))
        select Findings.At(path, 1, $"there is no {folder}."));

    [Fact]
    public void BenchmarkFolders_MirrorSrc() => Findings.AssertNone(
        from path in RepositoryFiles.All
        let match = BenchmarkFile().Match(path)
        where match.Success
        let folder = $"src/{Layers.Prefix}{match.Groups["folder"]}"
        where !Directory.Exists(RepositoryFiles.FullPath(folder))
        select Findings.At(path, 1, $"there is no {folder}."));

    private static IEnumerable<(int Line, string Path)> SolutionProjects() =>
        from line in RepositoryFiles.LinesOf(Solution)
        let match = SolutionEntry().Match(line.Text)
        where match.Success
        select (line.Line, match.Groups["path"].Value.Replace('\\', '/'));

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+\.csproj)",""")]
    private static partial Regex SolutionEntry();

    [GeneratedRegex(@"^tests/(?<project>AsrService\.[\w.]+)\.Tests/(?<folder>.+)/[^/]+\.cs$")]
    private static partial Regex TestFile();

    [GeneratedRegex(@"^benchmarks/AsrService\.Microbenchmarks/(?<folder>[^/]+)/.+\.cs$")]
    private static partial Regex BenchmarkFile();
}

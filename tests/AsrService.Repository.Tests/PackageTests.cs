using Xunit;

namespace AsrService.Repository.Tests;

[Trait("Category", "Conformance")]
public class PackageTests
{
    private const string Central = "Directory.Packages.props";

    [Fact]
    public void PackageReferences_InProjects_NameNoVersion() => Findings.AssertNone(
        from project in RepositoryFiles.Projects()
        from attribute in new[] { "Version", "VersionOverride" }
        from version in project.Attributes("PackageReference", attribute)
        select Findings.At(project.Path, version.Line, $"{attribute}=\"{version.Value}\" belongs in {Central}."));

    [Fact]
    public void PackageVersions_InTheCentralFile_AreExact() => Findings.AssertNone(
        from version in new ProjectFile(Central).Attributes("PackageVersion", "Version")
        where version.Value.AsSpan().IndexOfAny("*[(,") >= 0
        select Findings.At(Central, version.Line, $"\"{version.Value}\" is not one version."));
}

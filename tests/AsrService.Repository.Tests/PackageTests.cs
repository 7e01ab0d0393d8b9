using Xunit;

namespace AsrService.Repository.Tests;

[Trait("Category", "Conformance")]
public class PackageTests
{
    private const string Central = "Directory.Packages.props";
    private const string Rpc = "src/AsrService.Rpc/AsrService.Rpc.csproj";

    // Of build time only: what it emits compiles against our runtime and against the stock one.
    private const string Generator = "Grpc.Tools";

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

    [Fact]
    public void StockGrpcPackages_AreNamedByRpcAlone() => Findings.AssertNone(
        from project in RepositoryFiles.Projects()
        where project.Path != Rpc
        from package in project.Attributes("PackageReference", "Include")
        where package.Value.StartsWith("Grpc.", StringComparison.Ordinal) && package.Value != Generator
        select Findings.At(project.Path, package.Line, $"{package.Value} comes through {Rpc}."));
}

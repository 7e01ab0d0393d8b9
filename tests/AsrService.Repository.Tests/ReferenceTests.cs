using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace AsrService.Repository.Tests;

[Trait("Category", "Conformance")]
public class ReferenceTests
{
    private static readonly ProjectFile[] Sources = [.. RepositoryFiles.Projects("src/")];

    [Fact]
    public void Projects_InSrc_AreInTheTable() => Findings.AssertNone(
        from project in Sources
        where !Layers.Knows(project.Name)
        select Findings.At(project.Path, 1, $"{project.Name} is not in the table of Layers.cs."));

    [Fact]
    public void ProjectReferences_OfEachProject_PointDown() => Findings.AssertNone(
        from project in Sources
        from reference in project.ProjectReferences()
        where !Layers.MaySee(project.Name, reference.Value)
        select Findings.At(project.Path, reference.Line, $"{project.Name} must not refer to {reference.Value}."));

    [Fact]
    public void OtherReferences_FromEngineDown_KnowNoTransport() => Findings.AssertNone(
        from project in Sources
        from reference in project.OtherReferences()
        where Layers.IsForbidden(project.Name, reference.Value)
        select Findings.At(project.Path, reference.Line, $"{project.Name} must not refer to {reference.Value}."));

    /// <summary>What the compiler really used, references through other projects included.</summary>
    [Fact]
    public void Assemblies_AsBuilt_PointDownAndKnowNoTransport()
    {
        var names = Sources.ToDictionary(project => project.AssemblyName, project => project.Name);

        Findings.AssertNone(
            from project in Sources
            where project.Name != Layers.Prefix + Layers.OnRequest
            from assembly in ReferencesOf(project.AssemblyName)
            let other = names.GetValueOrDefault(assembly)
            where other is null ? Layers.IsForbidden(project.Name, assembly) : !Layers.MaySee(project.Name, other)
            select Findings.At(project.Path, 1, $"{project.AssemblyName}.dll must not refer to {assembly}.dll."));
    }

    [Fact]
    public void AllowUnsafeBlocks_OutsideKernels_IsNotSet() => Findings.AssertNone(
        from path in RepositoryFiles.All
        where path.EndsWith(".csproj", StringComparison.Ordinal)
            || path.EndsWith(".props", StringComparison.Ordinal)
            || path.EndsWith(".targets", StringComparison.Ordinal)
        where !Path.GetFileName(path).StartsWith("AsrService.Kernels.", StringComparison.Ordinal) // and its tests, which call kernels by pointer
        from line in new ProjectFile(path).LinesOf("AllowUnsafeBlocks")
        select Findings.At(path, line, "only AsrService.Kernels and its tests may hold unsafe code."));

    private static List<string> ReferencesOf(string assemblyName)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assemblyName}.dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}

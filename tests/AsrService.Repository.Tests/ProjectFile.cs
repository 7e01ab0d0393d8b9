using System.Xml;
using System.Xml.Linq;

namespace AsrService.Repository.Tests;

/// <summary>A project file, or another one of MSBuild's, with the line of everything found in it.</summary>
internal sealed class ProjectFile
{
    private readonly XDocument _xml;

    public ProjectFile(string path)
    {
        Path = path;
        _xml = XDocument.Load(RepositoryFiles.FullPath(path), LoadOptions.SetLineInfo);
    }

    /// <summary>From the root of the repository.</summary>
    public string Path { get; }

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>File name of what it builds, without extension.</summary>
    public string AssemblyName => _xml.Descendants("AssemblyName").FirstOrDefault()?.Value ?? Name;

    /// <summary>Elements of a name anywhere in the file, with their attribute of another name.</summary>
    public IEnumerable<(int Line, string Value)> Attributes(string element, string attribute) =>
        from found in _xml.Descendants(element).Attributes(attribute)
        select (LineOf(found.Parent!), found.Value);

    /// <summary>Lines on which an element of this name begins.</summary>
    public IEnumerable<int> LinesOf(string element) => _xml.Descendants(element).Select(LineOf);

    /// <summary>Names of the projects it refers to.</summary>
    public IEnumerable<(int Line, string Value)> ProjectReferences() =>
        from reference in Attributes("ProjectReference", "Include")
        select (reference.Line, System.IO.Path.GetFileNameWithoutExtension(reference.Value.Replace('\\', '/')));

    /// <summary>Everything else it builds on: packages, frameworks, assemblies and its SDK.</summary>
    public IEnumerable<(int Line, string Value)> OtherReferences() =>
        Attributes("PackageReference", "Include")
            .Concat(Attributes("FrameworkReference", "Include"))
            .Concat(Attributes("Reference", "Include"))
            .Concat(Attributes("Project", "Sdk"));

    private static int LineOf(XObject node) => ((IXmlLineInfo)node).LineNumber;
}

using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AsrService.Hosting.Tests.Options;

/// <summary>The comments of the source, from the file that the compiler writes beside the assembly.</summary>
internal static partial class XmlComments
{
    private static readonly Dictionary<string, XElement> Members =
        XDocument.Load(Path.ChangeExtension(typeof(AsrOptions).Assembly.Location, ".xml"))
            .Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

    /// <summary>The text of an element such as <c>summary</c>, as Markdown; empty where it is missing.</summary>
    public static string Of(MemberInfo member, string element)
    {
        string name = member is Type type ? $"T:{type.FullName}" : $"P:{member.DeclaringType!.FullName}.{member.Name}";
        return Members.TryGetValue(name, out var found) && found.Element(element) is { } text ? Markdown(text) : "";
    }

    private static string Markdown(XElement text) =>
        Spaces().Replace(string.Concat(text.Nodes().Select(Markdown)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);

    private static string Markdown(XNode node) => node switch
    {
        XText plain => plain.Value,
        XElement { Name.LocalName: "see" } see => $"`{((string?)see.Attribute("langword") ?? (string)see.Attribute("cref")!).Split('.', ':')[^1]}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement other => string.Concat(other.Nodes().Select(Markdown)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

using YamlDotNet.RepresentationModel;

namespace AsrService.Deploy.Tests;

/// <summary>Reads YAML and looks things up in it.</summary>
internal static class Yaml
{
    /// <summary>All documents of a text that hold something.</summary>
    public static IReadOnlyList<YamlNode> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode).Where(root => root is YamlMappingNode)];
    }

    public static YamlNode Document(string text) => Assert.Single(Documents(text));

    /// <summary>What lies at a path of keys and of indices of lists; null where there is nothing.</summary>
    public static YamlNode? Find(this YamlNode node, params ReadOnlySpan<string> path)
    {
        YamlNode? at = node;
        foreach (string step in path)
        {
            at = at switch
            {
                YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(step), out var value) ? value : null,
                YamlSequenceNode list when int.TryParse(step, out int index) && index < list.Children.Count => list[index],
                _ => null,
            };
        }

        return at;
    }

    /// <summary>The text at a path.</summary>
    public static string Text(this YamlNode node, params ReadOnlySpan<string> path) =>
        Assert.IsType<YamlScalarNode>(node.Find(path), exactMatch: false).Value!;

    /// <summary>The members of a list at a path; none where it is missing.</summary>
    public static IEnumerable<YamlNode> List(this YamlNode node, params ReadOnlySpan<string> path) =>
        (node.Find(path) as YamlSequenceNode)?.Children ?? [];

    /// <summary>The members of a map at a path, scalars as their texts; none where it is missing.</summary>
    public static Dictionary<string, string> Map(this YamlNode node, params ReadOnlySpan<string> path) =>
        (node.Find(path) as YamlMappingNode)?.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => pair.Value.ToString()) ?? [];
}

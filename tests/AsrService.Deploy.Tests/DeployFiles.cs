using AsrService.TestKit;

namespace AsrService.Deploy.Tests;

/// <summary>The files of deploy/ and what they must agree with.</summary>
internal static class DeployFiles
{
    private static readonly Lazy<string> Settings = new(() => File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "configuration.md")));

    public static string PathOf(params ReadOnlySpan<string> names) => Path.Combine([RepositoryPaths.Root, "deploy", .. names]);

    public static string Read(params ReadOnlySpan<string> names) => File.ReadAllText(PathOf(names));

    /// <summary>Fails for environment variables of the service that are no settings of docs/configuration.md.</summary>
    public static void AssertSettings(IEnumerable<string> variables) => Assert.All(
        variables.Where(name => name.Contains("__", StringComparison.Ordinal)),
        name => Assert.Contains($"| `{name}` |", Settings.Value, StringComparison.Ordinal));
}

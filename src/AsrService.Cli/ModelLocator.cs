using AsrService.Hosting;

namespace AsrService.Cli;

/// <summary>Finds installed models in <see cref="ModelFolders"/>.</summary>
internal static class ModelLocator
{
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>Where downloads go: the first place that is looked at.</summary>
    public static string DownloadFolder => ModelFolders.Places().First();

    /// <summary>Folders with a config.json, by name; the first place that has a name wins.</summary>
    public static IReadOnlyList<string> Installed() =>
    [
        .. ModelFolders.Places()
            .Where(Directory.Exists)
            .SelectMany(place => Directory.EnumerateDirectories(place, "*", Readable).Order(StringComparer.Ordinal))
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")))
            .DistinctBy(Path.GetFileName),
    ];

    /// <summary>A path as it is, or the installed model of that name; null means the bundled one.</summary>
    /// <param name="option">What the message calls the choice.</param>
    /// <param name="pathOrName">What was chosen.</param>
    /// <exception cref="UsageException">Neither exists; the message lists what is installed.</exception>
    public static string Resolve(string option, string? pathOrName)
    {
        if (pathOrName is not null && (Directory.Exists(pathOrName) || File.Exists(pathOrName))) return pathOrName;

        string name = pathOrName ?? ModelFolders.DefaultModel;
        var installed = Installed();
        return installed.FirstOrDefault(folder => Path.GetFileName(folder) == name)
            ?? throw new UsageException(
                $"{option}: expected a folder or an installed model ({Names(installed)}), found {Found(pathOrName)}.");
    }

    private static string Names(IReadOnlyList<string> installed) =>
        installed.Count > 0 ? string.Join(", ", installed.Select(Path.GetFileName)) : "none is installed";

    private static string Found(string? pathOrName) =>
        pathOrName is null ? $"no choice, and not the default, {ModelFolders.DefaultModel}" : $"\"{pathOrName}\"";
}

namespace AsrService.Cli;

/// <summary>
/// Finds installed models: in the folder <c>ASR_MODELS</c> names, in <c>./models</c>, and in the <c>models</c> of the
/// product.
/// </summary>
internal static class ModelLocator
{
    /// <summary>The bundled demonstration model.</summary>
    public const string DefaultModel = "demo-asr";

    /// <summary>The bundled demonstration aligner.</summary>
    public const string DefaultAligner = "demo-aligner";

    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>Where downloads go: the first place that is looked at.</summary>
    public static string DownloadFolder => Places().First();

    /// <summary>Folders with a config.json, by name; the first place that has a name wins.</summary>
    public static IReadOnlyList<string> Installed() =>
    [
        .. Places()
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

        string name = pathOrName ?? DefaultModel;
        var installed = Installed();
        return installed.FirstOrDefault(folder => Path.GetFileName(folder) == name)
            ?? throw new UsageException(
                $"{option}: expected a folder or an installed model ({Names(installed)}), found {Found(pathOrName)}.");
    }

    private static string Names(IReadOnlyList<string> installed) =>
        installed.Count > 0 ? string.Join(", ", installed.Select(Path.GetFileName)) : "none is installed";

    private static string Found(string? pathOrName) =>
        pathOrName is null ? $"no choice, and not the default, {DefaultModel}" : $"\"{pathOrName}\"";

    /// <summary>A folder of the product, such as <c>samples</c>: beside the program or above it.</summary>
    public static string? FindProductFolder(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, name);
            string model = Path.Combine(at.FullName, "models", DefaultModel);
            if (Directory.Exists(model) && Directory.Exists(folder)) return folder;
        }
        return null;
    }

    private static IEnumerable<string> Places()
    {
        if (Environment.GetEnvironmentVariable("ASR_MODELS") is { Length: > 0 } configured)
            yield return Path.GetFullPath(configured);
        yield return Path.GetFullPath("models");
        if (FindProductFolder("models") is { } bundled) yield return bundled;
    }
}

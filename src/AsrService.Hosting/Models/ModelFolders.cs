namespace AsrService.Hosting;

/// <summary>
/// Where models lie: in the folder that <c>ASR_MODELS</c> names, in <c>./models</c>, and in the <c>models</c> of the
/// product.
/// </summary>
public static class ModelFolders
{
    /// <summary>The bundled demonstration model, which marks the product's folders.</summary>
    public const string DefaultModel = "demo-asr";

    /// <summary>The bundled demonstration aligner.</summary>
    public const string DefaultAligner = "demo-aligner";

    /// <summary>The places in the order in which they are looked at; they need not exist.</summary>
    public static IEnumerable<string> Places()
    {
        if (Environment.GetEnvironmentVariable("ASR_MODELS") is { Length: > 0 } configured)
            yield return Path.GetFullPath(configured);
        yield return Path.GetFullPath("models");
        if (FindProductFolder("models") is { } bundled) yield return bundled;
    }

    /// <summary>The folder of a model in the first place that has it; null where none has.</summary>
    public static string? Find(string model) =>
        Places().Select(place => Path.Combine(place, model)).FirstOrDefault(Directory.Exists);

    /// <summary>A folder of the product, such as <c>samples</c>: beside the program or above it. Null where it is not.</summary>
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
}

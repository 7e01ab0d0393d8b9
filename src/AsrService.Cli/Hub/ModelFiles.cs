using System.Text.RegularExpressions;
using AsrService.Cli.Service;

namespace AsrService.Cli.Hub;

/// <summary>Chooses what the product needs of a model's files.</summary>
internal static partial class ModelFiles
{
    private const long LargestSetting = 64L << 20, LargestModel = 256L << 30; // bytes

    private static readonly string[] Settings =
    [
        "config.json", "generation_config.json", "preprocessor_config.json", "processor_config.json", "chat_template.json",
        "tokenizer_config.json", "tokenizer.json", "vocab.json", "merges.txt", "added_tokens.json",
        "model.safetensors.index.json",
    ];

    /// <summary>The settings, the tokenizer and the weights.</summary>
    /// <exception cref="ServiceException">The listing is not that of a model, or not one to be trusted.</exception>
    public static IReadOnlyList<HubFile> Choose(ModelReference model, IReadOnlyList<HubFile> listed)
    {
        if (listed.FirstOrDefault(file => IsOutside(file.Path)) is { } outside)
            throw Refuse($"{model}: names a file outside of the model: \"{OneLine.Of(outside.Path)}\".");
        var needed = listed.Where(file => Settings.Contains(file.Path) || Weights().IsMatch(file.Path))
            .DistinctBy(file => file.Path)
            .OrderBy(file => file.Size)
            .ToList();
        if (!needed.Exists(file => file.Path == "config.json")) throw Refuse($"{model}: has no config.json; is it a model?");
        if (!needed.Exists(file => Weights().IsMatch(file.Path))) throw Refuse($"{model}: has no model.safetensors.");
        CheckSizes(model, needed);
        return needed;
    }

    private static void CheckSizes(ModelReference model, List<HubFile> needed)
    {
        var impossible = needed.Find(file => file.Size < 0 || (Settings.Contains(file.Path) && file.Size > LargestSetting));
        if (impossible is not null)
            throw Refuse($"{model}: {impossible.Path} cannot have {impossible.Size} bytes.");
        if (needed.Sum(file => (decimal)file.Size) > LargestModel)
            throw Refuse($"{model}: is larger than the {LargestModel >> 30} GiB that are taken.");
    }

    private static bool IsOutside(string path) =>
        path.Length == 0 || Path.IsPathRooted(path) || path.Contains('\\') || path.Contains(':') || path.Any(char.IsControl)
        || path.Split('/').Any(part => part is "" or "." or "..");

    private static ServiceException Refuse(string message) => new(ExitCodes.ServiceFailed, message);

    [GeneratedRegex(@"^model(-[0-9]{5}-of-[0-9]{5})?\.safetensors\z")]
    private static partial Regex Weights();
}

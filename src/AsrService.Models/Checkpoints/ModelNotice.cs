using AsrService.Models.Configuration;

namespace AsrService.Models.Checkpoints;

/// <summary>What a checkpoint folder tells its users in an optional <c>asr-service.json</c>, which published ones lack.</summary>
/// <param name="Name">The name that answers carry; null for the folder's name.</param>
/// <param name="Notice">One line that people must see, such as what a demonstration model is not for; null for none.</param>
public sealed record ModelNotice(string? Name, string? Notice)
{
    /// <summary>Reads the file if there is one.</summary>
    /// <exception cref="CheckpointException">It is malformed.</exception>
    public static ModelNotice Read(string folder) => JsonFile.ReadOptional(
        Path.Combine(folder, "asr-service.json"),
        new ModelNotice(null, null),
        root => new ModelNotice(LineOf(root, "name"), LineOf(root, "notice")));

    private static string? LineOf(JsonSection root, string field) =>
        root.OptionalText(field) is { } text ? CheckpointException.Quote(text) : null;
}

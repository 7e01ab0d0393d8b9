using System.Text.RegularExpressions;

namespace AsrService.Repository.Tests;

/// <summary>Finds what is true of one machine only: home and work folders, and the package source that one build used.</summary>
internal static partial class MachineNames
{
    /// <summary>The first such name in a line; null when there is none.</summary>
    public static string? In(string text) =>
        Folder().Match(text) is { Success: true } folder ? folder.Value
        : Registry().Match(text) is { Success: true } registry ? registry.Value
        : null;

    // At the start of a path only: docs/work/ and https://host/root/ are something else.
    [GeneratedRegex(@"(?<![\w.}\-/])/(?:(?:root|work)/|home/\w+)")]
    private static partial Regex Folder();

    [GeneratedRegex(@"api\.nuget\.org|registry\.npmjs\.org|deb\.debian\.org", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();
}

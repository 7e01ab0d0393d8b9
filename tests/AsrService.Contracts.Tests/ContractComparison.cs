namespace AsrService.Contracts.Tests;

/// <summary>Finds what would break a client that was built against an earlier contract.</summary>
internal static class ContractComparison
{
    /// <summary>
    /// A sentence for every declaration that is gone or changed; additions are welcome and not mentioned.
    /// </summary>
    public static IReadOnlyList<string> BreakingChanges(
        SortedDictionary<string, string> baseline, SortedDictionary<string, string> current) =>
        [.. baseline.Select(before => Change(before.Key, before.Value, baseline, current)).OfType<string>()];

    private static string? Change(
        string element,
        string shape,
        SortedDictionary<string, string> baseline,
        SortedDictionary<string, string> current)
    {
        if (current.TryGetValue(element, out string? now))
        {
            return now == shape ? null : $"{element} was '{shape}' and is now '{now}'.";
        }

        // A new neighbour with the very same shape is most likely the same thing under another name.
        string? renamed = current.FirstOrDefault(other =>
            !baseline.ContainsKey(other.Key) && other.Value == shape && Scope(other.Key) == Scope(element)).Key;
        return renamed is null
            ? $"{element} ('{shape}') was removed."
            : $"{element} ('{shape}') was renamed to {renamed}.";
    }

    private static string Scope(string element) => element[..(element.LastIndexOf('.') + 1)];
}

using System.Text.Json.Serialization;

namespace AsrService.Interop.Host;

/// <summary>One case to run against one server.</summary>
/// <param name="Case">The public name.</param>
/// <param name="Address">Host and port, or <c>unix:/path</c>.</param>
/// <param name="Certificate">PEM file of the one certificate to trust; null for clear text.</param>
/// <param name="SeesCompression">Whether the server can tell compressed requests from plain ones.</param>
internal sealed record CaseCommand(
    [property: JsonPropertyName("case")] string Case,
    [property: JsonPropertyName("address")] string Address,
    [property: JsonPropertyName("certificate")] string? Certificate = null,
    [property: JsonPropertyName("sees_compression")] bool SeesCompression = true);

/// <summary>How it went.</summary>
internal sealed record CaseResult(
    [property: JsonPropertyName("case")] string Case,
    [property: JsonPropertyName("passed")] bool Passed,
    [property: JsonPropertyName("reason")] string? Reason = null);

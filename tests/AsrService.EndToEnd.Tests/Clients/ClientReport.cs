using System.Text.Json.Serialization;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>A line of a foreign client: a hold that was reached, or how a call ended.</summary>
internal sealed record ClientReport(
    [property: JsonPropertyName("id")] int Id,
    [property: JsonPropertyName("reached")] string? Reached,
    [property: JsonPropertyName("code")] StatusCode Code,
    [property: JsonPropertyName("message")] string? Message,
    [property: JsonPropertyName("details")] byte[]? Details,
    [property: JsonPropertyName("responses")] byte[][]? Responses,
    [property: JsonPropertyName("fault")] string? Fault);

using Microsoft.AspNetCore.Builder;

namespace AsrService.Hosting;

/// <summary>Marks an endpoint that answers without credentials, also where they are configured.</summary>
/// <param name="ToLocalOnly">Only to callers from this machine.</param>
internal sealed record OpenEndpoint(bool ToLocalOnly);

/// <summary>Opens endpoints to callers without credentials.</summary>
public static class OpenEndpoints
{
    /// <summary>Answers everybody.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new OpenEndpoint(ToLocalOnly: false));

    /// <summary>Answers callers from this machine, and all others where <c>Asr:Auth:OpenMetrics</c> says so.</summary>
    public static TBuilder OpenToLocal<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new OpenEndpoint(ToLocalOnly: true));
}

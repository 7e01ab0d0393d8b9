using Grpc.Reflection;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps server reflection.</summary>
public static class GrpcReflectionEndpointRouteBuilderExtensions
{
    /// <summary>Maps reflection v1 and v1alpha: older tools speak only the latter.</summary>
    public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var alpha = builder.MapGrpcService<ReflectionServiceImpl>();
        var v1 = builder.MapGrpcService<ReflectionV1ServiceImpl>();
        return new GrpcServiceEndpointConventionBuilder([alpha, v1]);
    }
}

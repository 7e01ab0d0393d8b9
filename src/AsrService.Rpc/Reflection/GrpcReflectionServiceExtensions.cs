using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ProtoService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds server reflection.</summary>
public static class GrpcReflectionServiceExtensions
{
    // A question is a name; the answer repeats it.
    private const int LargestQuestion = 16 * 1024;

    /// <summary>Adds reflection of all services that are mapped; it still needs to be mapped itself.</summary>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddGrpc()
            .AddServiceOptions<ReflectionV1ServiceImpl>(options => options.MaxReceiveMessageSize = LargestQuestion)
            .AddServiceOptions<ReflectionServiceImpl>(options => options.MaxReceiveMessageSize = LargestQuestion);
        services.TryAddSingleton(provider => new ReflectionV1ServiceImpl(Mapped(provider)));
        services.TryAddSingleton(provider => new ReflectionServiceImpl(Mapped(provider)));
        return services;
    }

    private static List<ProtoService> Mapped(IServiceProvider provider) =>
    [..
        from endpoint in provider.GetRequiredService<EndpointDataSource>().Endpoints
        let method = endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()
        where method is not null
        group method.ServiceType by method.Method.ServiceName into service
        let descriptor = Descriptor(service.First())
        where descriptor is not null
        select descriptor
    ];

    // Generated code keeps the descriptor beside the method that binds the service.
    private static ProtoService? Descriptor(Type? service)
    {
        for (; service is not null; service = service.BaseType)
        {
            if (service.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute) continue;
            var property = attribute.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static);
            return property?.GetValue(null) as ProtoService;
        }

        return null;
    }
}

using System.Reflection;
using AsrService.Rpc.Server;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services to endpoints.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Maps every method of a service, and unknown methods and services to UNIMPLEMENTED.</summary>
    /// <typeparam name="TService">Derives from the base class that was generated for the service.</typeparam>
    /// <exception cref="InvalidOperationException">AddGrpc was not called, or the type is no gRPC service.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.ServiceProvider;
        var mapped = services.GetService<MappedServices>()
            ?? throw new InvalidOperationException("gRPC is not set up: call AddGrpc on the services first.");

        var options = OptionsOf<TService>(services);
        var settings = CallSettings.From(
            options,
            services.GetService<GrpcStatusTimeout>() ?? GrpcStatusTimeout.Default,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>().CreateLogger<TService>());
        var conventions = new List<IEndpointConventionBuilder>();
        string? serviceName = null;
        var binder = new ServiceMethodBinder<TService>(
            settings,
            new InterceptorPipeline(options.Interceptors),
            (method, implementation, handle) =>
            {
                serviceName = method.ServiceName;
                conventions.Add(MapMethod<TService>(builder, method, implementation, handle));
            });
        Bind(typeof(TService), binder);
        const string AnyMethod = $"{{method:{GrpcRouteConstraint.Name}}}";
        MapUnimplemented(builder, $"/{serviceName}/{AnyMethod}", "Method is unimplemented.", int.MaxValue - 1);
        if (mapped.IsFirst())
        {
            MapUnimplemented(builder, $"/{{service}}/{AnyMethod}", "Service is unimplemented.", int.MaxValue);
        }

        return new GrpcServiceEndpointConventionBuilder(conventions);
    }

    private static GrpcServiceOptions<TService> OptionsOf<TService>(IServiceProvider services)
        where TService : class
    {
        var options = new GrpcServiceOptions<TService>();
        options.CopyFrom(services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value);
        foreach (var configure in services.GetServices<IConfigureOptions<GrpcServiceOptions<TService>>>())
        {
            configure.Configure(options);
        }

        return options;
    }

    private static IEndpointConventionBuilder MapMethod<TService>(
        IEndpointRouteBuilder builder, IMethod method, MethodInfo implementation, RequestDelegate handle) =>
        builder.MapMethods(method.FullName, [HttpMethods.Post], handle)
            .WithDisplayName($"gRPC - {method.FullName}")
            .WithMetadata([
                .. typeof(TService).GetCustomAttributes(inherit: true),
                .. implementation.GetCustomAttributes(inherit: true),
                new GrpcMethodMetadata(typeof(TService), method),
            ]);

    private static void MapUnimplemented(IEndpointRouteBuilder builder, string pattern, string detail, int order) =>
        builder.MapMethods(pattern, [HttpMethods.Post], http => ProtocolChecks.AnswerUnimplemented(http, detail))
            .WithDisplayName($"gRPC - {detail}")
            .WithOrder(order);

    private static void Bind(Type service, ServiceBinderBase binder)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute) continue;
            var bind = attribute.BindType.GetMethod(
                attribute.BindMethodName,
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static,
                [typeof(ServiceBinderBase), type])
                ?? throw new InvalidOperationException(
                    $"{attribute.BindType} has no {attribute.BindMethodName} for {type.Name}.");
            bind.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [binder, null], null);
            return;
        }

        throw new InvalidOperationException($"{service} derives from no class that was generated for a gRPC service.");
    }
}

/// <summary>Adds conventions, such as authorization, to all methods of a mapped service.</summary>
public sealed class GrpcServiceEndpointConventionBuilder : IEndpointConventionBuilder
{
    private readonly IReadOnlyList<IEndpointConventionBuilder> _methods;

    internal GrpcServiceEndpointConventionBuilder(IReadOnlyList<IEndpointConventionBuilder> methods) =>
        _methods = methods;

    /// <inheritdoc/>
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var method in _methods)
        {
            method.Add(convention);
        }
    }

    // Explicit, as the stock class of that version does not offer it by itself.
    void IEndpointConventionBuilder.Finally(Action<EndpointBuilder> finallyConvention)
    {
        foreach (var method in _methods)
        {
            method.Finally(finallyConvention);
        }
    }
}

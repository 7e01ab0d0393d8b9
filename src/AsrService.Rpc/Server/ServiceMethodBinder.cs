using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Rpc.Server;

/// <summary>
/// Turns the methods that generated code binds into request delegates. Each call gets its own instance of the service,
/// from the container if it is registered there.
/// </summary>
internal sealed class ServiceMethodBinder<TService>(
    CallSettings settings, InterceptorPipeline interceptors, Action<IMethod, MethodInfo, RequestDelegate> add)
    : ServiceBinderBase
    where TService : class
{
    // Lazy, as a service in the container may have constructors that only its registration can tell apart.
    private readonly Lazy<ObjectFactory<TService>> _make = new(() => ActivatorUtilities.CreateFactory<TService>([]));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Open<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(method);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (request, call) =>
        {
            await using var service = Activate(call);
            return await invoke(service.Instance, request, call);
        });
        Add(method, invoke.Method, async call =>
        {
            var request = await Reader(call, method).ReadSingleAsync();
            var response = await pipeline(request, call);
            await Writer(call, method).WriteSingleAsync(response ?? throw NoResponse(method));
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Open<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(method);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (requests, call) =>
        {
            await using var service = Activate(call);
            return await invoke(service.Instance, requests, call);
        });
        Add(method, invoke.Method, async call =>
        {
            var response = await pipeline(Reader(call, method), call);
            await Writer(call, method).WriteSingleAsync(response ?? throw NoResponse(method));
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Open<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(method);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (request, responses, call) =>
        {
            await using var service = Activate(call);
            await invoke(service.Instance, request, responses, call);
        });
        Add(method, invoke.Method, async call =>
            await pipeline(await Reader(call, method).ReadSingleAsync(), Writer(call, method), call));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Open<Func<
            TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(method);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (requests, responses, call) =>
        {
            await using var service = Activate(call);
            await invoke(service.Instance, requests, responses, call);
        });
        Add(method, invoke.Method, call => pipeline(Reader(call, method), Writer(call, method), call));
    }

    private static ServerStreamReader<TRequest> Reader<TRequest, TResponse>(
        HttpServerCallContext call, Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class => new(call, call.HttpContext.Request.BodyReader, method.RequestMarshaller);

    private static ServerStreamWriter<TResponse> Writer<TRequest, TResponse>(
        HttpServerCallContext call, Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class => new(call, method.ResponseMarshaller);

    private static InvalidOperationException NoResponse(IMethod method) => new($"{method.FullName} returned null.");

    private static TDelegate Open<TDelegate>(IMethod method)
        where TDelegate : Delegate
    {
        var afterTheService = typeof(TDelegate).GetMethod("Invoke")!.GetParameters().Skip(1);
        Type[] parameters = [.. afterTheService.Select(parameter => parameter.ParameterType)];
        var implementation = typeof(TService).GetMethod(method.Name, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService)} has no method for {method.FullName}.");
        return implementation.CreateDelegate<TDelegate>();
    }

    private void Add(IMethod method, MethodInfo implementation, Func<HttpServerCallContext, Task> handler) =>
        add(method, implementation, http => ServerCall.RunAsync(http, method, settings, handler));

    private Grpc.AspNetCore.Server.Activated<TService> Activate(ServerCallContext call)
    {
        var services = call.GetHttpContext().RequestServices;
        return services.GetService<TService>() is { } shared
            ? new(shared, isOwned: false)
            : new(_make.Value(services, []), isOwned: true);
    }
}

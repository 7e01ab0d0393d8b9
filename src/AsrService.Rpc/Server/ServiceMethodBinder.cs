using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Rpc.Server;

/// <summary>
/// Turns the methods that generated code binds into request delegates. Each call gets its own instance of the service,
/// from the container if it is registered there.
/// </summary>
internal sealed class ServiceMethodBinder<TService>(
    CallSettings settings, InterceptorPipeline interceptors, Action<IMethod, Type[], RequestDelegate> add)
    : ServiceBinderBase
    where TService : class
{
    // Lazy, as a service in the container may have constructors that only its registration can tell apart.
    private readonly Lazy<ObjectFactory<TService>> _make = new(() => ActivatorUtilities.CreateFactory<TService>([]));

    private delegate Task<TResponse> Unary<TRequest, TResponse>(
        TService service, TRequest request, ServerCallContext call);

    private delegate Task<TResponse> ClientStreaming<TRequest, TResponse>(
        TService service, IAsyncStreamReader<TRequest> requests, ServerCallContext call);

    private delegate Task ServerStreaming<TRequest, TResponse>(
        TService service, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext call);

    private delegate Task DuplexStreaming<TRequest, TResponse>(
        TService service,
        IAsyncStreamReader<TRequest> requests,
        IServerStreamWriter<TResponse> responses,
        ServerCallContext call);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        Type[] parameters = [typeof(TRequest), typeof(ServerCallContext)];
        var invoke = Open<Unary<TRequest, TResponse>>(method, parameters);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (request, call) =>
        {
            await using var service = Activate(call);
            return await invoke(service.Instance, request, call);
        });
        Add(method, parameters, async call =>
        {
            var request = await Reader(call, method).ReadSingleAsync();
            var response = await pipeline(request, call);
            await Writer(call, method).WriteSingleAsync(response ?? throw NoResponse(method));
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        Type[] parameters = [typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)];
        var invoke = Open<ClientStreaming<TRequest, TResponse>>(method, parameters);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (requests, call) =>
        {
            await using var service = Activate(call);
            return await invoke(service.Instance, requests, call);
        });
        Add(method, parameters, async call =>
        {
            var response = await pipeline(Reader(call, method), call);
            await Writer(call, method).WriteSingleAsync(response ?? throw NoResponse(method));
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        Type[] parameters = [typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)];
        var invoke = Open<ServerStreaming<TRequest, TResponse>>(method, parameters);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (request, responses, call) =>
        {
            await using var service = Activate(call);
            await invoke(service.Instance, request, responses, call);
        });
        Add(method, parameters, async call =>
            await pipeline(await Reader(call, method).ReadSingleAsync(), Writer(call, method), call));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        Type[] parameters =
            [typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)];
        var invoke = Open<DuplexStreaming<TRequest, TResponse>>(method, parameters);
        var pipeline = interceptors.Wrap<TRequest, TResponse>(async (requests, responses, call) =>
        {
            await using var service = Activate(call);
            await invoke(service.Instance, requests, responses, call);
        });
        Add(method, parameters, call => pipeline(Reader(call, method), Writer(call, method), call));
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

    private static TDelegate Open<TDelegate>(IMethod method, Type[] parameters)
        where TDelegate : Delegate
    {
        var implementation = typeof(TService).GetMethod(method.Name, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService)} has no method for {method.FullName}.");
        return implementation.CreateDelegate<TDelegate>();
    }

    private void Add(IMethod method, Type[] parameters, Func<HttpServerCallContext, Task> handler) =>
        add(method, parameters, http => ServerCall.RunAsync(http, method, settings, handler));

    private Grpc.AspNetCore.Server.Activated<TService> Activate(ServerCallContext call)
    {
        var services = call.GetHttpContext().RequestServices;
        return services.GetService<TService>() is { } shared
            ? new(shared, isOwned: false)
            : new(_make.Value(services, []), isOwned: true);
    }
}

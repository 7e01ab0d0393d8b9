using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace AsrService.Rpc.Server;

/// <summary>A service's interceptors around its handlers, the first one outermost.</summary>
internal sealed class InterceptorPipeline(IEnumerable<InterceptorRegistration> registrations)
{
    private readonly InterceptorRegistration[] _innermostFirst = [.. registrations.Reverse()];

    public UnaryServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => _innermostFirst.Aggregate(handler, (next, it) => async (request, call) =>
        {
            await using var interceptor = it.Activate(call.GetHttpContext().RequestServices);
            return await interceptor.Instance.UnaryServerHandler(request, call, next);
        });

    public ClientStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        ClientStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => _innermostFirst.Aggregate(handler, (next, it) => async (requests, call) =>
        {
            await using var interceptor = it.Activate(call.GetHttpContext().RequestServices);
            return await interceptor.Instance.ClientStreamingServerHandler(requests, call, next);
        });

    public ServerStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => _innermostFirst.Aggregate(handler, (next, it) => async (request, responses, call) =>
        {
            await using var interceptor = it.Activate(call.GetHttpContext().RequestServices);
            await interceptor.Instance.ServerStreamingServerHandler(request, responses, call, next);
        });

    public DuplexStreamingServerMethod<TRequest, TResponse> Wrap<TRequest, TResponse>(
        DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => _innermostFirst.Aggregate(handler, (next, it) => async (requests, responses, call) =>
        {
            await using var interceptor = it.Activate(call.GetHttpContext().RequestServices);
            await interceptor.Instance.DuplexStreamingServerHandler(requests, responses, call, next);
        });
}

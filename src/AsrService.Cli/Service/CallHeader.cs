using Grpc.Core;
using Grpc.Core.Interceptors;

namespace AsrService.Cli.Service;

/// <summary>Adds a header to every call, over TLS and clear text alike; call credentials travel over TLS alone.</summary>
/// <param name="name">As <c>authorization</c>.</param>
/// <param name="value">Its value.</param>
internal sealed class CallHeader(string name, string value) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(context));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(With(context));

    private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        var headers = new Metadata();
        foreach (var header in context.Options.Headers ?? []) headers.Add(header);
        headers.Add(name, value);
        return new(context.Method, context.Host, context.Options.WithHeaders(headers));
    }
}

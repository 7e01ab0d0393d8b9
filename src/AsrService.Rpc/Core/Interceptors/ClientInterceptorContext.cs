namespace Grpc.Core.Interceptors;

/// <summary>A client's call as an interceptor sees it; to change it, pass on a new one.</summary>
/// <typeparam name="TRequest">The request message.</typeparam>
/// <typeparam name="TResponse">The response message.</typeparam>
public struct ClientInterceptorContext<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    /// <summary>Describes a call.</summary>
    public ClientInterceptorContext(Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Method = method;
        Host = host;
        Options = options;
    }

    /// <summary>The method.</summary>
    public Method<TRequest, TResponse> Method { get; }

    /// <summary>The authority asked for; null for the channel's own.</summary>
    public string? Host { get; }

    /// <summary>Headers, deadline, token and credentials.</summary>
    public CallOptions Options { get; }
}

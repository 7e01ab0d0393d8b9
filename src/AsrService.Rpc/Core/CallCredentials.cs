namespace Grpc.Core;

/// <summary>Adds credentials to a call's metadata just before it is sent.</summary>
/// <param name="context">The call.</param>
/// <param name="metadata">Where to add, as <c>authorization</c>.</param>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>The call that credentials are asked for.</summary>
public class AuthInterceptorContext
{
    /// <summary>With the call's token.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>Address and service, as <c>https://host/asr.v1.Transcriber</c>: the audience of a token.</summary>
    public string ServiceUrl { get; }

    /// <summary>The method without its service.</summary>
    public string MethodName { get; }

    /// <summary>Cancelled with the call.</summary>
    public CancellationToken CancellationToken { get; }
}

/// <summary>Credentials of a call, as a bearer token or an API key; sent over TLS only.</summary>
public abstract class CallCredentials
{
    private protected CallCredentials()
    {
    }

    /// <summary>What to run before a call, in order.</summary>
    internal abstract IReadOnlyList<AsyncAuthInterceptor> Interceptors { get; }

    /// <summary>All of several credentials, in their order.</summary>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return new FromInterceptors([.. credentials.SelectMany(credential => credential.Interceptors)]);
    }

    /// <summary>Credentials asked for at each call.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new FromInterceptors([interceptor]);
    }

    private sealed class FromInterceptors(AsyncAuthInterceptor[] interceptors) : CallCredentials
    {
        internal override IReadOnlyList<AsyncAuthInterceptor> Interceptors => interceptors;
    }
}

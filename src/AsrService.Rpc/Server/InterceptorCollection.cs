using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>The interceptors of a service, outermost first.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    /// <summary>Adds an interceptor, taken from the call's services or else made for each call.</summary>
    /// <param name="args">Arguments of its constructor that are not services.</param>
    public void Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(
        params object[] args)
        where TInterceptor : Interceptor => Add(new InterceptorRegistration(typeof(TInterceptor), args));
}

/// <summary>An interceptor's type and what its constructor is given.</summary>
public class InterceptorRegistration
{
    private readonly Type _type;
    private readonly object[] _arguments;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        _type = type;
        _arguments = arguments;
    }

    /// <summary>The instance for one call.</summary>
    internal Activated<Interceptor> Activate(IServiceProvider services) => services.GetService(_type) is { } shared
        ? new((Interceptor)shared, isOwned: false)
        : new((Interceptor)ActivatorUtilities.CreateInstance(services, _type, _arguments), isOwned: true);
}

/// <summary>An object for one call; disposed after it unless it belongs to the container.</summary>
internal readonly struct Activated<T>(T instance, bool isOwned) : IAsyncDisposable
    where T : class
{
    public T Instance { get; } = instance;

    public ValueTask DisposeAsync()
    {
        if (!isOwned) return default;
        if (Instance is IAsyncDisposable later) return later.DisposeAsync();
        (Instance as IDisposable)?.Dispose();
        return default;
    }
}

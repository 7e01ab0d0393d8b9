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
        where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    /// <inheritdoc cref="Add{TInterceptor}(object[])"/>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        if (!typeof(Interceptor).IsAssignableFrom(interceptorType))
        {
            throw new ArgumentException($"{interceptorType} is no {nameof(Interceptor)}.", nameof(interceptorType));
        }

        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>An interceptor's type and what its constructor is given.</summary>
public class InterceptorRegistration
{
    private readonly object[] _arguments;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        Type = type;
        _arguments = arguments;
    }

    /// <summary>The interceptor's type.</summary>
    public Type Type { get; }

    /// <summary>Arguments of its constructor that are not services.</summary>
    public IReadOnlyList<object> Arguments => _arguments;

    /// <summary>The instance for one call.</summary>
    internal Activated<Interceptor> Activate(IServiceProvider services) => services.GetService(Type) is { } shared
        ? new((Interceptor)shared, isOwned: false)
        : new((Interceptor)ActivatorUtilities.CreateInstance(services, Type, _arguments), isOwned: true);
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

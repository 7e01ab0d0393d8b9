namespace Grpc.Core;

/// <summary>Base of the generated stubs.</summary>
/// <typeparam name="T">The stub itself.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>For fakes only: every call throws.</summary>
    protected ClientBase()
    {
    }

    /// <summary>For generated code.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>A stub on a channel.</summary>
    public ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    /// <summary>A stub on an invoker, as one with interceptors.</summary>
    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    /// <summary>Makes a stub with another configuration; generated.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}

/// <summary>Base of the generated stubs, whatever their type.</summary>
public abstract class ClientBase
{
    private readonly CallInvoker? _invoker;

    /// <summary>For fakes only: every call throws.</summary>
    protected ClientBase()
    {
    }

    /// <summary>With a configuration of another stub.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _invoker = configuration.Invoker;
    }

    /// <summary>A stub on a channel.</summary>
    public ClientBase(ChannelBase channel)
        : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker())
    {
    }

    /// <summary>A stub on an invoker.</summary>
    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker))
    {
    }

    /// <summary>What makes this stub's calls.</summary>
    protected CallInvoker CallInvoker => _invoker ?? throw new NotImplementedException(
        $"{GetType()} was called without a channel; override the method in the fake.");

    /// <summary>What a stub stands on; opaque to generated code, which only passes it along.</summary>
    protected internal class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker invoker)
        {
            ArgumentNullException.ThrowIfNull(invoker);
            Invoker = invoker;
        }

        internal CallInvoker Invoker { get; }
    }
}

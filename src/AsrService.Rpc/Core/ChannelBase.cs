namespace Grpc.Core;

/// <summary>A long-lived way to one server, shared by all stubs.</summary>
public abstract class ChannelBase
{
    /// <summary>For transports.</summary>
    /// <param name="target">The address.</param>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>The address, without its scheme.</summary>
    public string Target { get; }

    /// <summary>What makes calls over this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();
}

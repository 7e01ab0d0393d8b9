namespace Grpc.Core;

/// <summary>
/// What a call of a handler inherits. Here so that signatures match the stock ones; this runtime refuses it.
/// </summary>
public class ContextPropagationOptions
{
    /// <summary>Both inherited.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Says what to inherit.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>Whether the deadline is inherited.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Whether cancellation is inherited.</summary>
    public bool IsPropagateCancellation { get; }
}

/// <summary>A handler's context on its way to a call of its own.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}

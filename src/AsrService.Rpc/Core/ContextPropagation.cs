namespace Grpc.Core;

/// <summary>
/// What a call of a handler inherits. Here so that signatures match the stock ones; this runtime refuses it.
/// </summary>
public class ContextPropagationOptions
{
    private ContextPropagationOptions()
    {
    }
}

/// <summary>A handler's context on its way to a call of its own.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}

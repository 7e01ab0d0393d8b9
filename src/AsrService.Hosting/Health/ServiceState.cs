namespace AsrService.Hosting;

/// <summary>Whether calls can be served, asked by health checks and before every call.</summary>
public sealed class ServiceState(IModelHost host, DrainController drain)
{
    /// <summary>Why calls cannot be served; null if they can.</summary>
    public string? Problem
    {
        get
        {
            if (drain.IsDraining) return "The server is shutting down.";
            var engine = host.Engine;
            if (engine.Health.Fault is not null) return "The batch loop has ended.";
            if (!engine.Ready.IsCompletedSuccessfully) return "The model is being warmed up.";
            return engine.Health.IsStuck ? "The batch loop is stuck." : null;
        }
    }

    /// <summary>Whether only a new process can help.</summary>
    public bool IsDead => host.Engine.Health.Fault is not null;

    /// <summary>Whether the process is about to end.</summary>
    public bool IsStopping => drain.IsStopping;

    /// <summary>Refuses a call that cannot be served.</summary>
    /// <exception cref="Grpc.Core.RpcException">UNAVAILABLE: draining, or not ready.</exception>
    public void ThrowIfNotServing()
    {
        if (drain.IsDraining) throw Refusals.Draining();
        if (Problem is not null) throw Refusals.Loading();
    }
}

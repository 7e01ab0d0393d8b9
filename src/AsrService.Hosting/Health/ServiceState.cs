namespace AsrService.Hosting;

/// <summary>Whether calls can be served, asked by health checks and before every call.</summary>
public sealed class ServiceState(IModelHost host, DrainController drain)
{
    /// <summary>The first of <see cref="Problems"/>; null where there is none.</summary>
    public string? Problem => Problems is [var first, ..] ? first : null;

    /// <summary>Why calls cannot be served; empty if they can.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            var problems = new List<string>();
            if (drain.IsDraining) problems.Add(drain.IsStopping ? "The server is shutting down." : "The server drains.");
            var engine = host.Engine;
            if (engine.Health.Fault is not null) problems.Add("The batch loop has ended.");
            else if (!engine.Ready.IsCompletedSuccessfully) problems.Add("The model is being warmed up.");
            else if (engine.Health.IsStuck) problems.Add("The batch loop is stuck.");
            return problems;
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

namespace AsrService.Hosting;

/// <summary>What a running call is told of a drain; disposed when the call is over.</summary>
public sealed class DrainTicket : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Action<DrainTicket> _left;

    internal DrainTicket(Action<DrainTicket> left) => _left = left;

    /// <summary>Cancelled when the grace period is over: the call ends.</summary>
    public CancellationToken Over => _over.Token;

    /// <inheritdoc/>
    public void Dispose() => _left(this); // the source has no timer: nothing else is to be freed

    internal void End() => _over.CancelAsync();
}

namespace AsrService.Hosting;

/// <summary>What a running call is told of a drain; disposed when the call is over.</summary>
public sealed class DrainTicket : IDisposable
{
    private readonly CancellationTokenSource _begun = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Action<DrainTicket> _left;

    internal DrainTicket(Action<DrainTicket> left) => _left = left;

    /// <summary>Cancelled when a drain has begun, and stays so if that drain is cancelled: for calls that lose nothing by
    /// ending at once.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>Cancelled when the grace period is over: the call ends.</summary>
    public CancellationToken Over => _over.Token;

    /// <inheritdoc/>
    public void Dispose() => _left(this); // the sources have no timers: nothing else is to be freed

    internal void Begin() => _begun.CancelAsync();

    internal void End() => _over.CancelAsync();
}

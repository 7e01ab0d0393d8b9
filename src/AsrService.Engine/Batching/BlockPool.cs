namespace AsrService.Engine.Batching;

/// <summary>KV blocks that works of any size set aside before they begin.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BlockPool(int total)
{
    private readonly Lock _gate = new();
    private int _used;
    private object? _next; // waits for blocks

    /// <summary>How many there are.</summary>
    public int Total => total;

    /// <summary>
    /// Whether so many KV blocks are free. Who does not get them is next: nobody overtakes a large work for ever.
    /// </summary>
    /// <param name="claimant">Who asks.</param>
    /// <param name="blocks">How many it needs.</param>
    public bool Has(object claimant, int blocks)
    {
        lock (_gate)
        {
            if (_next is not null && _next != claimant) return false;
            bool fits = _used + blocks <= total;
            _next = fits ? null : claimant;
            return fits;
        }
    }

    public void Take(int blocks)
    {
        lock (_gate) _used += blocks;
    }

    /// <summary>A claimant has gone: whoever waits behind it is next.</summary>
    public void Forget(object claimant)
    {
        lock (_gate)
        {
            if (_next == claimant) _next = null;
        }
    }

    public void Return(int blocks)
    {
        lock (_gate) _used -= blocks;
    }
}

namespace AsrService.Rpc.Server;

/// <summary>
/// Lets one at a time at a response, and after the last one nobody: the deadline may come amid a write, and so may the
/// handler's end if it does not await one.
/// </summary>
/// <remarks>
/// <code>
/// Held ◀──TryEnter── Free ──TryShut──▶ Shut
///   │ ──Leave──▶ Free                   ▲
///   └──TryShut──▶ HeldLast ──Leave──────┘
/// </code>
/// Whoever gets true from a way into Shut, and nobody else, answers with the status.
/// </remarks>
internal sealed class ResponseGate
{
    private const int Free = 0;
    private const int Held = 1;
    private const int HeldLast = 2;
    private const int Shut = 3;

    private int _state;

    /// <summary>What trying to enter came to.</summary>
    public enum Entry
    {
        Entered,
        Busy,
        Shut,
    }

    public Entry TryEnter() => Interlocked.CompareExchange(ref _state, Held, Free) switch
    {
        Free => Entry.Entered,
        Held => Entry.Busy,
        _ => Entry.Shut,
    };

    /// <summary>Ends a write.</summary>
    /// <returns>Whether the gate was to be shut meanwhile, so that the leaving one has to answer.</returns>
    public bool Leave() =>
        Interlocked.CompareExchange(ref _state, Free, Held) != Held
        && Interlocked.CompareExchange(ref _state, Shut, HeldLast) == HeldLast;

    /// <summary>The deadline has passed, or the handler has returned.</summary>
    /// <returns>Whether to answer now; else somebody else does.</returns>
    public bool TryShut()
    {
        while (true)
        {
            int state = Interlocked.CompareExchange(ref _state, Shut, Free);
            if (state == Free) return true;
            if (state != Held || Interlocked.CompareExchange(ref _state, HeldLast, Held) == Held) return false;
        }
    }
}

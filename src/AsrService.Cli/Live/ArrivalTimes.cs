namespace AsrService.Cli.Live;

/// <summary>When the audio of a stream was written, by the client's clock. Safe for one writer and one reader.</summary>
internal sealed class ArrivalTimes
{
    private const long Rounding = 10; // ticks: offsets of a service are rounded down to nanoseconds or ticks

    private readonly Lock _lock = new();
    private readonly List<(long End, long At)> _blocks = []; // ends in ticks, growing
    private int _first; // those before are forgotten

    /// <summary>Blocks that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _blocks.Count - _first;
        }
    }

    /// <summary>Notes a block that is about to be written.</summary>
    /// <param name="end">Offset of its end.</param>
    /// <param name="at">Timestamp of the clock.</param>
    public void Add(TimeSpan end, long at)
    {
        lock (_lock) _blocks.Add((end.Ticks, at));
    }

    /// <summary>When the sample was written that completes the audio before an offset.</summary>
    /// <returns>A timestamp; null where it has not been written, or is forgotten.</returns>
    public long? Find(TimeSpan offset)
    {
        lock (_lock)
        {
            int low = _first, high = _blocks.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (_blocks[middle].End + Rounding < offset.Ticks) low = middle + 1;
                else high = middle;
            }

            return low < _blocks.Count ? _blocks[low].At : null;
        }
    }

    /// <summary>Forgets audio that nobody will ask for again.</summary>
    public void Forget(TimeSpan before)
    {
        lock (_lock)
        {
            while (_first < _blocks.Count && _blocks[_first].End < before.Ticks) _first++;
            if (_first < 1024 || _first < _blocks.Count / 2) return;
            _blocks.RemoveRange(0, _first);
            _first = 0;
        }
    }
}

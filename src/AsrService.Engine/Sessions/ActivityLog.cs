namespace AsrService.Engine.Sessions;

/// <summary>Speech flags of a channel's hops, as far back as a segment may ask.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ActivityLog
{
    /// <summary>Samples of a hop.</summary>
    public const int Hop = 160;

    /// <summary>
    /// Hops before the live edge whose flags are taken as the one before: a judgement may come late, and what is
    /// estimated for a place must not depend on how much more audio happens to be there.
    /// </summary>
    private const int Unsettled = 20;

    private readonly List<bool> _flags = [];
    private long _first;

    /// <param name="from">Sample from which flags may be asked for.</param>
    /// <param name="to">First sample whose flag will be appended; up to there was no speech.</param>
    public ActivityLog(long from = 0, long to = 0)
    {
        _first = Math.Min(from, to) / Hop;
        _flags.AddRange(Enumerable.Repeat(false, (int)((to / Hop) - _first)));
    }

    public void Append(IReadOnlyList<bool> flags) => _flags.AddRange(flags);

    /// <summary>Flags of a stretch of samples, as they are known when nothing after it was heard.</summary>
    public bool[] Read(long from, long to)
    {
        long hop = from / Hop;
        var flags = new bool[(int)((to - from) / Hop)]; // whole ones: no time is behind the last sample
        bool last = true; // a segment begins with speech
        for (int i = 0; i < flags.Length; i++)
        {
            long at = hop + i - _first;
            bool isSettled = i < flags.Length - Unsettled && at >= 0 && at < _flags.Count;
            flags[i] = last = isSettled ? _flags[(int)at] : last;
        }
        return flags;
    }

    /// <summary>Forgets what lies before a sample.</summary>
    public void Release(long before)
    {
        int count = (int)Math.Clamp(before / Hop - _first, 0, _flags.Count);
        if (count < 100) return; // seldom, as it moves the rest
        _flags.RemoveRange(0, count);
        _first += count;
    }
}

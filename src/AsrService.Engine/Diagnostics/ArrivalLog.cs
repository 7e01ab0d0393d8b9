namespace AsrService.Engine.Diagnostics;

/// <summary>When a channel's samples arrived, as far back as a latency may be counted from.</summary>
/// <remarks>Fixed in size: some 40 s; what is older counts as the oldest there is. Guarded by the session's lock.</remarks>
internal sealed class ArrivalLog(TimeProvider time)
{
    private const int Hop = 160;
    private const int Hops = 4096;

    private readonly long[] _arrived = new long[Hops]; // timestamps of the last sample of each hop
    private long _hops; // complete
    private long _newest = time.GetTimestamp();
    private long? _speechEnd; // null while speech goes on

    /// <summary>Samples up to an index are there now.</summary>
    public void Append(long end)
    {
        _newest = time.GetTimestamp();
        long hops = end / Hop;
        for (long hop = Math.Max(_hops, hops - Hops); hop < hops; hop++) _arrived[hop % Hops] = _newest;
        _hops = hops;
    }

    /// <summary>Timestamp at which the samples before an index were all there.</summary>
    public long At(long sample)
    {
        long hop = (Math.Max(sample, 1) - 1) / Hop;
        if (hop >= _hops) return _newest;
        return _arrived[Math.Max(hop, _hops - Hops) % Hops];
    }

    /// <summary>The detector heard speech begin, or end at a sample.</summary>
    public void Spoke(bool isBegin, long at) => _speechEnd = isBegin ? null : at;

    /// <summary>Timestamp at which the last speech of a segment that ends at a sample was there.</summary>
    public long SpeechEndBefore(long end) => At(Math.Min(_speechEnd ?? end, end));
}

/// <summary>Timestamps that a result's latency counts from.</summary>
/// <param name="FirstPoint">Arrival of the sample that completed the segment's first refresh point; 0 if it has none.</param>
/// <param name="Newest">Arrival of the newest audio in the hypothesis.</param>
/// <param name="SpeechEnd">Arrival of the segment's last speech; of an open segment 0.</param>
/// <param name="Trigger">What ended the segment; null while it is open.</param>
internal readonly record struct ResultTiming(long FirstPoint, long Newest, long SpeechEnd, string? Trigger);

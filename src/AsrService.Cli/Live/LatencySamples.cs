namespace AsrService.Cli.Live;

/// <summary>Latencies of one kind each, in the order measured.</summary>
internal sealed class LatencySamples
{
    /// <summary>Arrival of the sample that completes a segment's first refresh point → its first partial received.</summary>
    public List<TimeSpan> FirstPartial { get; } = [];

    /// <summary>Arrival of the newest audio in a partial → the partial received.</summary>
    public List<TimeSpan> Partial { get; } = [];

    /// <summary>Arrival of the end of speech → the final received.</summary>
    public List<TimeSpan> Final { get; } = [];

    /// <summary>Arrival of the end of speech → its notice received.</summary>
    public List<TimeSpan> EndpointDelay { get; } = [];

    /// <summary>Final latency − endpoint delay, final by final.</summary>
    public List<TimeSpan> FinalAfterEndpoint { get; } = [];

    /// <summary>A final received → its refinement received.</summary>
    public List<TimeSpan> Refinement { get; } = [];

    /// <summary>Takes over what another stream measured.</summary>
    public void Add(LatencySamples other)
    {
        FirstPartial.AddRange(other.FirstPartial);
        Partial.AddRange(other.Partial);
        Final.AddRange(other.Final);
        EndpointDelay.AddRange(other.EndpointDelay);
        FinalAfterEndpoint.AddRange(other.FinalAfterEndpoint);
        Refinement.AddRange(other.Refinement);
    }

    /// <summary>The smallest value that at least this share of the values does not exceed (nearest rank).</summary>
    /// <param name="values">In any order.</param>
    /// <param name="share">Above 0, at most 1.</param>
    /// <returns>Null where there are none.</returns>
    public static TimeSpan? Percentile(IReadOnlyCollection<TimeSpan> values, double share)
    {
        if (values.Count == 0) return null;
        TimeSpan[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}

namespace AsrService.Cli.Load;

/// <summary>Times in buckets 2 % apart: of any number of them in the same little memory. For one thread.</summary>
internal sealed class LatencyHistogram
{
    private const double Smallest = 0.001, Ratio = 1.02; // seconds; below the smallest all are alike
    private const int Buckets = 700; // up to 1,000 s

    private static readonly double LogRatio = Math.Log(Ratio);

    private readonly int[] _counts = new int[Buckets];
    private double _sum;

    /// <summary>Times added.</summary>
    public int Count { get; private set; }

    /// <summary>Their mean, exactly; null where there are none.</summary>
    public TimeSpan? Mean => Count > 0 ? TimeSpan.FromSeconds(_sum / Count) : null;

    /// <summary>Adds a time; one below zero counts as none.</summary>
    public void Add(TimeSpan time)
    {
        double seconds = Math.Max(0, time.TotalSeconds);
        int bucket = seconds <= Smallest ? 0 : (int)(Math.Log(seconds / Smallest) / LogRatio) + 1;
        _counts[Math.Min(bucket, Buckets - 1)]++;
        _sum += seconds;
        Count++;
    }

    /// <summary>Adds what another one has.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < Buckets; i++) _counts[i] += other._counts[i];
        _sum += other._sum;
        Count += other.Count;
    }

    /// <summary>The smallest time that at least this share of the times does not exceed, to 2 %.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    /// <returns>Null where there are none.</returns>
    public TimeSpan? Percentile(double share)
    {
        if (Count == 0) return null;
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count)), seen = 0;
        int bucket = 0;
        while ((seen += _counts[bucket]) < rank) bucket++;
        return TimeSpan.FromSeconds(Smallest * Math.Pow(Ratio, bucket));
    }
}

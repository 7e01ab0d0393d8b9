using System.Diagnostics.Metrics;
using AsrService.Engine.Diagnostics;
using AsrService.Server.Refinement;

namespace AsrService.Server.Diagnostics;

/// <summary>What the server measures of aligned word times, as further instruments of the engine's meter.</summary>
internal sealed class RefinementMetrics
{
    private static readonly double[] Buckets = [0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];

    private readonly Histogram<double> _latency;
    private readonly Counter<long> _failures;

    /// <param name="meters">Makes the meter, and ends it.</param>
    public RefinementMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(EngineMetrics.MeterName);
        _latency = meter.CreateHistogram<double>(
            "asr.refinement.latency", "s", "From a final written to its refinement written.", null,
            new() { HistogramBucketBoundaries = Buckets });
        _failures = meter.CreateCounter<long>(
            "asr.refinement.failures", "{segment}", "Finals and segments whose words keep estimated times, by reason; a language without aligner is none.");
        foreach (var miss in Enum.GetValues<AlignmentMiss>())
        {
            if (miss is not (AlignmentMiss.None or AlignmentMiss.Language)) Count(miss, 0);
        }
    }

    /// <summary>A refinement was written.</summary>
    public void Refined(TimeSpan latency) => _latency.Record(latency.TotalSeconds, new KeyValuePair<string, object?>("kind", "words"));

    /// <summary>Words keep their times.</summary>
    public void Failed(AlignmentMiss miss) => Count(miss, 1);

    private void Count(AlignmentMiss miss, long count) =>
        _failures.Add(count, new KeyValuePair<string, object?>("reason", miss.Label()));
}

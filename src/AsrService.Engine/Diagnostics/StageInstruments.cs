using System.Diagnostics.Metrics;

namespace AsrService.Engine.Diagnostics;

/// <summary>The instruments that time the stages of steps, for every model of the loop alike.</summary>
internal sealed class StageInstruments
{
    private static readonly double[] WaitBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] StepBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1, 2.5];

    private readonly Meter _meter;
    private readonly Histogram<double> _stepTime, _queueWait;
    private readonly Histogram<int> _batchSize;

    public StageInstruments(Meter meter)
    {
        _meter = meter;
        _stepTime = meter.CreateHistogram<double>(
            "asr.batch.duration", "s", "Time of a stage in a step.", null, new() { HistogramBucketBoundaries = StepBuckets });
        _queueWait = meter.CreateHistogram<double>(
            "asr.queue.wait", "s", "Time that a decoding or alignment waited before a stage first took it.", null,
            new() { HistogramBucketBoundaries = WaitBuckets });
        _batchSize = meter.CreateHistogram<int>(
            "asr.batch.size", "{sequence}", "Sequences of a stage in a step.", null,
            new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });
    }

    public void Waited(string stage, TimeSpan wait) =>
        _queueWait.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));

    public void Ran(string stage, int sequences, TimeSpan elapsed)
    {
        var tag = new KeyValuePair<string, object?>("stage", stage);
        _stepTime.Record(elapsed.TotalSeconds, tag);
        _batchSize.Record(sequences, tag);
    }

    /// <summary>Adds the gauge of what is left to do.</summary>
    /// <param name="stages">Names of the stages.</param>
    /// <param name="pending">Works of each, as of the newest step.</param>
    public void Watch(string[] stages, int[] pending) => _meter.CreateObservableGauge(
        "asr.pending.requests",
        () => stages.Select((stage, i) =>
            new Measurement<int>(Volatile.Read(ref pending[i]), new KeyValuePair<string, object?>("stage", stage))),
        "{request}", "Decodings and alignments that wait for a stage, or are in it, after the newest step.");
}

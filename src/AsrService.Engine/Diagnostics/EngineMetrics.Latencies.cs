using System.Diagnostics.Metrics;

namespace AsrService.Engine.Diagnostics;

public sealed partial class EngineMetrics
{
    private const double IntervalFading = 0.95;

    private static readonly double[] LatencyBuckets = [0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];
    private static readonly double[] LagBuckets = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30, 60];
    private static readonly double[] SessionBuckets = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 14_400];

    private readonly Histogram<double> _firstPartialLatency, _partialLatency, _finalLatency, _endpointDelay, _lag, _duration;
    private double _interval; // seconds from one refresh to the next, recent ones counting most
    private long _lastSkip;

    /// <summary>A refresh point was taken, after others had been skipped.</summary>
    /// <param name="skipped">How many.</param>
    /// <param name="sinceLast">Audio since the segment's refresh before; null for its first one.</param>
    internal void RefreshTaken(long skipped, TimeSpan? sinceLast)
    {
        _refreshes.Add(1, _model);
        if (sinceLast is { } interval) Volatile.Write(ref _interval, Blend(_interval, interval)); // the loop alone writes it
        if (skipped <= 0) return;
        _skipped.Add(skipped, _model);
        Volatile.Write(ref _lastSkip, _time.GetTimestamp());
    }

    /// <summary>A mean in seconds in which recent values count most; 0 before the first.</summary>
    internal static double Blend(double before, TimeSpan now) =>
        before == 0 ? now.TotalSeconds : (before * IntervalFading) + (now.TotalSeconds * (1 - IntervalFading));

    /// <summary>How far a live channel's processing is behind what was received.</summary>
    internal void LagSeen(TimeSpan lag) => _lag.Record(lag.TotalSeconds, _model);

    /// <summary>The end of a live segment was decided on.</summary>
    internal void EndpointDecided(ResultTiming timing) => _endpointDelay.Record(
        _time.GetElapsedTime(timing.SpeechEnd).TotalSeconds, new KeyValuePair<string, object?>("trigger", timing.Trigger));

    /// <summary>A partial was written to its caller.</summary>
    internal void PartialWritten(ResultTiming timing, bool isFirst)
    {
        if (isFirst && timing.FirstPoint != 0) _firstPartialLatency.Record(_time.GetElapsedTime(timing.FirstPoint).TotalSeconds, _model);
        _partialLatency.Record(_time.GetElapsedTime(timing.Newest).TotalSeconds, _model);
    }

    /// <summary>A final was written to its caller.</summary>
    internal void FinalWritten(ResultTiming timing) => _finalLatency.Record(
        _time.GetElapsedTime(timing.SpeechEnd).TotalSeconds, _model, new("trigger", timing.Trigger));

    private (Histogram<double>, Histogram<double>, Histogram<double>, Histogram<double>, Histogram<double>, Histogram<double>) Latencies() => (
        Time(
            "asr.first.partial.latency", "From the arrival of the sample that completes a segment's first refresh point to its first partial written.",
            LatencyBuckets),
        Time(
            "asr.partial.latency", "From the arrival of the newest audio in a partial to the partial written.",
            LatencyBuckets),
        Time(
            "asr.final.latency", "From the arrival of a segment's last speech to its final written, the endpoint delay included.",
            LatencyBuckets),
        Time(
            "asr.endpoint.delay", "From the arrival of a segment's last speech to the decision that the segment is over.",
            LatencyBuckets),
        Time(
            "asr.stream.lag", "Audio received minus processed of a live channel, at each refresh point taken.",
            LagBuckets),
        Time(
            "asr.session.duration", "From a session's or recording's beginning to its end.",
            SessionBuckets));
}

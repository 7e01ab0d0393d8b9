using System.Diagnostics;

namespace AsrService.RpcBenchmark;

/// <summary>Times of many round trips.</summary>
internal sealed class Latencies(IEnumerable<long> ticks)
{
    private readonly double[] _milliseconds =
        [.. ticks.Select(tick => Stopwatch.GetElapsedTime(0, tick).TotalMilliseconds).Order()];

    public override string ToString() =>
        FormattableString.Invariant(
            $"p50 {At(0.5):F3} ms, p95 {At(0.95):F3} ms, p99 {At(0.99):F3} ms, max {At(1):F1} ms");

    private double At(double share) => _milliseconds[(int)(share * (_milliseconds.Length - 1))];
}

using Grpc.Core;

namespace AsrService.Cli.Load;

/// <summary>Four points of a distribution, in milliseconds to 2 %; null where nothing was measured.</summary>
internal sealed record Percentiles(double P50, double P90, double P95, double P99)
{
    public static Percentiles? Of(LatencyHistogram times) => times.Count == 0 ? null : new Percentiles(
        At(times, 0.5), At(times, 0.9), At(times, 0.95), At(times, 0.99));

    private static double At(LatencyHistogram times, double share) => Math.Round(times.Percentile(share)!.Value.TotalMilliseconds, 1);
}

/// <summary>Latencies as docs/cli.md defines them.</summary>
internal sealed record LoadLatencies(
    Percentiles? FirstPartialMs, Percentiles? PartialMs, Percentiles? FinalMs, Percentiles? EndpointDelayMs,
    Percentiles? AfterEndpointMs, Percentiles? RefinementMs);

/// <summary>What a process used during the run.</summary>
internal sealed record ProcessFigures(
    double CpuS, double CpuCores, long MemoryBytesAtStart, long MemoryBytesPeak, long? MemoryBytesGrowth);

/// <summary>The result of <c>asr load</c>; docs/cli.md explains every field.</summary>
internal sealed record LoadReport
{
    public required string Model { get; init; }

    public required int Streams { get; init; }

    public required double Pace { get; init; }

    public required bool IsInterrupted { get; init; }

    public required double ElapsedS { get; init; }

    public required double AudioS { get; init; }

    public required double SpeechShare { get; init; }

    public required double BehindS { get; init; }

    public required LoadLatencies Latencies { get; init; }

    public required Percentiles? LagAtStartMs { get; init; }

    public required Percentiles? LagAtEndMs { get; init; }

    public required double? RefreshIntervalMs { get; init; }

    public required double Speed { get; init; }

    public required double? Rtf { get; init; }

    public required long Partials { get; init; }

    public required long Finals { get; init; }

    public required double? RewrittenWordsShare { get; init; }

    public required long StableViolations { get; init; }

    public required long FinalsReplacingStable { get; init; }

    public required long Lost { get; init; }

    public required long Doubled { get; init; }

    public required int StreamsFailed { get; init; }

    public required IReadOnlyDictionary<string, int> Errors { get; init; }

    public required ProcessFigures? Server { get; init; }

    public required ProcessFigures Client { get; init; }

    public FinalsDifference? Verification { get; init; }

    /// <summary>Whether nothing failed and no text was lost or contradicted.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsClean =>
        (StableViolations, Lost, Doubled, StreamsFailed) == (0, 0, 0, 0) && (Verification?.IsNone ?? true);

    /// <summary>Sums the streams up.</summary>
    public static LoadReport Of(LoadMeasurement measured)
    {
        var sum = new LoadFigures();
        foreach (var outcome in measured.Outcomes) sum.Add(outcome.Figures);
        bool hasPace = measured.Plan.Pace > 0; // else latencies mean nothing
        var failures = measured.Outcomes.Select(outcome => outcome.Failure).OfType<RpcException>().ToList();
        return new LoadReport
        {
            Model = measured.Model,
            Streams = measured.Plan.Streams,
            Pace = measured.Plan.Pace,
            IsInterrupted = measured.IsInterrupted,
            ElapsedS = Round(measured.Elapsed.TotalSeconds),
            AudioS = Round(sum.Audio.TotalSeconds),
            SpeechShare = Round(Share(sum.Speech.TotalSeconds, sum.Audio.TotalSeconds) ?? 0),
            BehindS = Round(sum.Behind.TotalSeconds),
            Latencies = LatenciesOf(hasPace ? sum : new LoadFigures()),
            LagAtStartMs = Percentiles.Of(sum.LagAtStart),
            LagAtEndMs = Percentiles.Of(sum.LagAtEnd),
            RefreshIntervalMs = sum.Interval.Mean is { } interval ? Round(interval.TotalMilliseconds) : null,
            Speed = Round(sum.Audio / measured.Elapsed),
            Rtf = Share(measured.Server?.CpuS, sum.Audio.TotalSeconds),
            Partials = sum.Partials,
            Finals = sum.Finals,
            RewrittenWordsShare = Share(sum.WordsRewritten, sum.WordsShown),
            StableViolations = sum.StableViolations,
            FinalsReplacingStable = sum.FinalsReplacingStable,
            Lost = sum.Lost,
            Doubled = sum.Doubled,
            StreamsFailed = failures.Count,
            Errors = failures.CountBy(failure => failure.StatusCode.ToString()).ToDictionary(),
            Server = measured.Server,
            Client = measured.Client,
        };
    }

    private static LoadLatencies LatenciesOf(LoadFigures sum) => new(
        Percentiles.Of(sum.FirstPartial), Percentiles.Of(sum.Partial), Percentiles.Of(sum.Final),
        Percentiles.Of(sum.EndpointDelay), Percentiles.Of(sum.FinalAfterEndpoint), Percentiles.Of(sum.Refinement));

    private static double? Share(double? part, double whole) => part is { } known && whole > 0 ? Math.Round(known / whole, 5) : null;

    private static double Round(double value) => Math.Round(value, 3);
}

/// <summary>All that a run measured, stream by stream.</summary>
internal sealed record LoadMeasurement(
    LoadPlan Plan, string Model, bool IsInterrupted, TimeSpan Elapsed, IReadOnlyList<StreamOutcome> Outcomes,
    ProcessFigures? Server, ProcessFigures Client);

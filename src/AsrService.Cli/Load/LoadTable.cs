using System.Globalization;

namespace AsrService.Cli.Load;

/// <summary>The report for people.</summary>
internal static class LoadTable
{
    public static IEnumerable<string> Lines(LoadReport report)
    {
        var latencies = report.Latencies;
        yield return Text($"{"milliseconds",-24}{"p50",9}{"p90",9}{"p95",9}{"p99",9}");
        yield return Row("first partial", latencies.FirstPartialMs);
        yield return Row("partial", latencies.PartialMs);
        yield return Row("final", latencies.FinalMs);
        yield return Row("  endpoint delay", latencies.EndpointDelayMs);
        yield return Row("  after the endpoint", latencies.AfterEndpointMs);
        yield return Row("refinement, after final", latencies.RefinementMs);
        yield return Row("lag at the start", report.LagAtStartMs);
        yield return Row("lag at the end", report.LagAtEndMs);
        yield return "";
        yield return Line("model", report.Model);
        yield return Line("streams", Text($"{report.Streams} at pace {report.Pace:0.###}{(report.IsInterrupted ? ", interrupted" : "")}"));
        yield return Line("audio", Text($"{report.AudioS:N1} s in {report.ElapsedS:N1} s, {report.SpeechShare:P1} of it speech"));
        yield return Line("audio sent late", Text($"by up to {report.BehindS:F3} s"));
        yield return Line("refresh interval", Optional(report.RefreshIntervalMs, "F0", " ms"));
        yield return Line("real-time factor", Optional(report.Rtf, "F5", ""));
        yield return Line("partials, finals", Text($"{report.Partials:N0}, {report.Finals:N0}"));
        yield return Line("rewritten words", Optional(report.RewrittenWordsShare, "P2", " of those shown"));
        yield return Line("stable violations", Text($"{report.StableViolations} (finals that replaced stable text: {report.FinalsReplacingStable})"));
        yield return Line("lost, doubled", Text($"{report.Lost}, {report.Doubled}"));
        yield return Line("streams failed", report.StreamsFailed == 0
            ? "0"
            : Text($"{report.StreamsFailed} ({string.Join(", ", report.Errors.Select(error => $"{error.Key} {error.Value}"))})"));
        yield return Line("server", Describe(report.Server));
        yield return Line("client", Describe(report.Client));
        if (report.Verification is { } verified)
        {
            yield return Line("verified finals", Text(
                $"{verified.Compared}: {verified.Lost} lost, {verified.Doubled} doubled, {verified.Different} different, {verified.Invented} invented"));
        }
    }

    private static string Row(string name, Percentiles? times) => times is null
        ? Text($"{name,-24}{"-",9}{"-",9}{"-",9}{"-",9}")
        : Text($"{name,-24}{times.P50,9:F0}{times.P90,9:F0}{times.P95,9:F0}{times.P99,9:F0}");

    private static string Line(string name, string value) => $"{name,-24}{value}";

    private static string Optional(double? value, string format, string unit) =>
        value is { } known ? known.ToString(format, CultureInfo.InvariantCulture) + unit : "-";

    private static string Describe(ProcessFigures? process) => process is null
        ? "not measured; --server-pid or --metrics say where"
        : Text($"{process.CpuCores:F2} cores, {process.MemoryBytesAtStart / 1e6:N0} MB before, at most {process.MemoryBytesPeak / 1e6:N0} MB")
            + (process.MemoryBytesGrowth is { } growth ? Text($", {growth / 1e6:+#,0;-#,0;0} MB from the second tenth of the run to the last") : "");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

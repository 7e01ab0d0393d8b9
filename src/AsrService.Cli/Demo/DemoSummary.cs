using System.Globalization;
using AsrService.Cli.Live;

namespace AsrService.Cli.Demo;

/// <summary>The figures at the end of the demonstration.</summary>
internal static class DemoSummary
{
    /// <summary>Latencies as a small table; a sentence where there was no pace to measure them at.</summary>
    public static IEnumerable<string> LatencyLines(LatencySamples samples, double pace)
    {
        if (pace == 0)
        {
            yield return "Latency: not measured; --pace 0 has no speaking pace.";
            yield break;
        }

        string title = pace == 1 ? "Latency" : Text($"Latency at {pace:0.###}× speaking pace");
        yield return $"{title,-36}{"p50",9}{"p95",9}";
        yield return Row("first partial", samples.FirstPartial);
        yield return Row("partial", samples.Partial);
        yield return Row("final, from the end of speech", samples.Final);
        yield return Row("  of it endpoint delay", samples.EndpointDelay);
        yield return Row("  of it after the endpoint", samples.FinalAfterEndpoint);
    }

    /// <summary>What the same recordings cost as files.</summary>
    public static string SpeedLine(TimeSpan audio, TimeSpan work)
    {
        double factor = audio > TimeSpan.Zero ? work / audio : 0;
        string amount = Text($"{audio.TotalSeconds:F0} s of audio in {work.TotalSeconds:F2} s");
        return Text($"The same recordings as files: {amount}: real-time factor {factor:F4}");
    }

    private static string Row(string name, List<TimeSpan> values) =>
        $"  {name,-34}{Milliseconds(LatencySamples.Percentile(values, 0.5)),9}{Milliseconds(LatencySamples.Percentile(values, 0.95)),9}";

    private static string Milliseconds(TimeSpan? time) => time is { } known ? Text($"{known.TotalMilliseconds:F0} ms") : "-";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

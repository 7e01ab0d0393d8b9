using System.Text.Json;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests.Load;

/// <summary>A full house for long enough that a leak, a drift or a starved stream would show.</summary>
[Trait("Category", "Soak")]
public class LoadSoakTests(ITestOutputHelper output)
{
    private const int Streams = 128, Seconds = 600;
    private const long MostGrowth = 16L << 20; // bytes in eight minutes; resident memory breathes by some MB

    [Fact]
    public async Task Load_128StreamsForTenMinutes_LosesNothingAndStaysFlat()
    {
        string[] load = ["load", "--streams", $"{Streams}", "--pace", "1", "--duration", $"{Seconds}", "--verify", "--format", "json"];

        var result = await AsrProcess.RunAsync(new AsrStart(load) { Limit = TimeSpan.FromSeconds(3 * Seconds) });

        output.WriteLine(result.Output);
        var report = Assert.Single(AsrAssert.Objects(result));
        Assert.All(
            new[] { "stable_violations", "lost", "doubled", "streams_failed" }, name => Assert.Equal(0, report.GetProperty(name).GetInt32()));
        Assert.True(report.GetProperty("verification").GetProperty("is_none").GetBoolean());
        Assert.Equal(Streams * (double)Seconds, report.GetProperty("audio_s").GetDouble());
        Assert.InRange(report.GetProperty("server").GetProperty("memory_bytes_growth").GetInt64(), long.MinValue, MostGrowth);
        Assert.True(Lag(report, "lag_at_end_ms") <= Lag(report, "lag_at_start_ms") + 1000, "the lag grew");
    }

    private static double Lag(JsonElement report, string name) => report.GetProperty(name).GetProperty("p95").GetDouble();
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_TwoInterviews_GivesFinalsLatenciesAndTheHonestLine()
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("demo", "--pace", "20"));

        Assert.Empty(result.Errors);
        Assert.StartsWith("interview-en.wav  25.5 s  English", result.OutputLines[0], StringComparison.Ordinal);
        Assert.Matches(@"\n  0:\d\d\.\d\d–0:\d\d\.\d\d  I have been working with Redis and Docker for two years\.\n", result.Output);
        Assert.Matches(@"\ninterview-zh-en\.wav  27\.2 s  Chinese", result.Output);
        Assert.Matches(@"\nLatency at 20× speaking pace +p50 +p95\n  first partial +\d+ ms +\d+ ms\n  partial +\d+ ms +\d+ ms\n  final, ", result.Output);
        Assert.Matches(@"\nThe same recordings as files: 53 s of audio in [0-9.]+ s: real-time factor 0\.[0-9]+\n", result.Output);
        Assert.Contains("\nModel: demo-asr (demonstration model)\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("has never heard a human being", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_AllRecordings_GoesFromClipToClip()
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("demo", "--all", "--pace", "0"));

        string[] heads = [.. result.OutputLines.Where(line => line.Contains(".wav  ", StringComparison.Ordinal))];
        Assert.Equal(Recordings.All.Select(Path.GetFileName), heads.Select(line => line.Split(' ')[0]));
        int silent = Array.FindIndex(result.OutputLines, line => line.StartsWith("silence-noise.wav", StringComparison.Ordinal));
        Assert.Equal("  (nothing was said, and nothing is invented)", result.OutputLines[silent + 1]);
        Assert.Contains("  channel 1  ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Latency: not measured", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_Kept_ServesUntilInterrupted()
    {
        Posix.HeedInterrupt();
        var info = new ProcessStartInfo("sh", ["-c", $"exec {AsrProcess.CommandLine} demo --pace 0 --keep"])
        {
            RedirectStandardOutput = true,
        };
        using var demo = Process.Start(info)!;
        string address = await AddressAsync(demo.StandardOutput);

        var other = await AsrProcess.RunAsync("transcribe", "--server", address, Recordings.Numbers);
        Posix.SendInterrupt(demo.Id);

        await demo.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Done, demo.ExitCode);
        Assert.Equal([Recordings.Reference(Recordings.Numbers).Text], AsrAssert.Ended(ExitCodes.Done, other).OutputLines);
    }

    private static TimeSpan Limit => TimeSpan.FromSeconds(60);

    private static async Task<string> AddressAsync(StreamReader output)
    {
        while (await output.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken) is { } line)
        {
            if (Address().Match(line) is { Success: true } match) return match.Groups[1].Value;
        }

        throw new InvalidOperationException("The demonstration ended without an address.");
    }

    [GeneratedRegex("gRPC: (http://[0-9.:]+)")]
    private static partial Regex Address();
}

using System.Text.Json;
using AsrService.Cli.Tests.Service;
using AsrService.TestKit;
using Grpc.Core;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "EndToEnd")]
public class LoadCommandTests
{
    [Fact]
    public async Task Load_OwnService_IsMeasuredAndVerified()
    {
        var result = await AsrProcess.RunAsync("load", "--streams", "5", "--pace", "4", "--duration", "20", "--verify", "--format", "json");

        var report = Assert.Single(AsrAssert.Objects(result));
        Assert.Equal((5, 100.0), (report.GetProperty("streams").GetInt32(), report.GetProperty("audio_s").GetDouble()));
        Assert.All(
            new[] { "stable_violations", "lost", "doubled", "streams_failed" }, name => Assert.Equal(0, report.GetProperty(name).GetInt32()));
        Assert.InRange(report.GetProperty("speech_share").GetDouble(), 0.2, 1);
        Assert.True(report.GetProperty("server").GetProperty("cpu_s").GetDouble() > 0);
        var verified = report.GetProperty("verification");
        Assert.Equal(report.GetProperty("finals").GetInt32(), verified.GetProperty("compared").GetInt32());
        Assert.True(verified.GetProperty("compared").GetInt32() > 5);
        Assert.Equal(0, verified.GetProperty("different").GetInt32() + verified.GetProperty("invented").GetInt32());
        Assert.True(report.GetProperty("latencies").GetProperty("final_ms").GetProperty("p50").GetDouble() > 0);
    }

    [Fact]
    public async Task Load_StreamsFail_AreCountedByStatus()
    {
        await using var service = await FakeService.StartAsync();
        int calls = 0;
        service.Transcriber.Live = stream => Interlocked.Increment(ref calls) % 2 == 0
            ? throw new RpcException(new Status(StatusCode.ResourceExhausted, "No."))
            : stream.TranscribeAllAsync();

        var result = await AsrProcess.RunAsync(
            "load", "--server", service.Address, "--server-pid", $"{Environment.ProcessId}", "--streams", "4", "--pace", "0",
            "--duration", "2", "--audio", Recordings.Numbers, "--format", "json");

        AsrAssert.Ended(ExitCodes.ServiceFailed, result);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(2, report.GetProperty("streams_failed").GetInt32());
        Assert.Equal(2, report.GetProperty("errors").GetProperty("ResourceExhausted").GetInt32());
        Assert.Equal(0, report.GetProperty("lost").GetInt32());
        Assert.False(report.GetProperty("latencies").TryGetProperty("partial_ms", out _));
        Assert.True(report.GetProperty("server").GetProperty("memory_bytes_peak").GetInt64() > 0);
    }

    [Fact]
    public async Task Load_TextLostAndContradicted_IsAFailure()
    {
        await using var service = await FakeService.StartAsync();
        service.Transcriber.Live = async stream =>
        {
            await stream.StartAsync();
            await stream.ResultAsync("So we ", "use", 0.8);
            await stream.ResultAsync("So he ", "uses", 1.3, revision: 2);
            await stream.ReadAllAsync();
            await stream.EndAsync(); // which speaks of a final that never came
        };

        var result = await AsrProcess.RunAsync(
            "load", "--server", service.Address, "--streams", "1", "--pace", "0", "--duration", "2", "--audio", Recordings.Numbers);

        AsrAssert.Ended(ExitCodes.ServiceFailed, result);
        Assert.Contains(result.OutputLines, line => line.StartsWith("stable violations       1 ", StringComparison.Ordinal));
        Assert.Contains("lost, doubled           2, 0", result.OutputLines);
        Assert.Contains(result.OutputLines, line => line.StartsWith("server                  not measured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Load_Interrupted_ReportsWhatWasMeasured()
    {
        await using var service = await FakeService.StartAsync();
        var running = new TaskCompletionSource();
        service.Transcriber.Live = async stream =>
        {
            await stream.StartAsync();
            while (stream.Frames < 16_000) Assert.NotNull(await stream.ReadAsync());
            running.TrySetResult();
            await stream.TranscribeRestAsync();
        };
        using var process = new AsrProcess(new AsrStart(
            "load", "--server", service.Address, "--streams", "3", "--duration", "600", "--audio", Recordings.Numbers, "--format", "json"));
        await running.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Posix.SendInterrupt(process.Id);

        var result = AsrAssert.Ended(ExitCodes.Interrupted, await process.WaitAsync());
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.True(report.GetProperty("is_interrupted").GetBoolean());
        Assert.InRange(report.GetProperty("audio_s").GetDouble(), 1, 300);
    }

    [Fact]
    public async Task Load_NobodyListens_IsSaid() => AsrAssert.Refused(
        ExitCodes.ServiceFailed, await AsrProcess.RunAsync("load", "--server", "unix:/none/s"), "unix:/none/s: cannot be reached");
}

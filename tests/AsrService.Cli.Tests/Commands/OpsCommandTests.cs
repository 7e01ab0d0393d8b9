using System.Text.RegularExpressions;
using AsrService.Cli.Tests.Service;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Grpc.Net.Client;
using Xunit;

namespace AsrService.Cli.Tests.Commands;

/// <summary>The real program against the real service.</summary>
[Trait("Category", "EndToEnd")]
public class OpsCommandTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "cli.md"));

    [Fact]
    public async Task Stats_InBothFormats_SayHowItFares()
    {
        await using var service = await RealService.StartAsync();

        var table = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("ops", "stats", "--server", service.Address));
        var json = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("ops", "stats", "--server", service.Address, "--format", "json")));

        Assert.Contains("\nready               yes\n", table.Output, StringComparison.Ordinal);
        Assert.Contains("\nsessions            0 connected, 0 detached\n", table.Output, StringComparison.Ordinal);
        Assert.Matches(@"\nmodels              demo-asr \(demonstration model\)\n", table.Output);
        Assert.True(json.GetProperty("is_ready").GetBoolean());
        Assert.Equal(0, json.GetProperty("sessions_active").GetInt32());
        Assert.Equal("none", json.GetProperty("degradation").GetString());
        Assert.InRange(json.GetProperty("resident_bytes").GetInt64(), 20L << 20, 64L << 30);
        Assert.All(json.EnumerateObject(), field => Assert.Contains($"`{field.Name}`", Page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sessions_WithOneOpen_ListsIt()
    {
        await using var service = await RealService.StartAsync();
        using var channel = GrpcChannel.ForAddress(service.Address);
        var cancellation = TestContext.Current.CancellationToken;
        using var call = new Transcriber.TranscriberClient(channel).StreamingTranscribe(cancellationToken: cancellation);
        var config = new StreamingTranscribeRequest
        {
            Config = new StreamingConfig
            {
                Recognition = new RecognitionOptions { ClientRequestId = "call 7" },
                AudioFormat = new AudioFormat { Encoding = AudioEncoding.Mulaw, SampleRateHertz = 8000 },
            },
        };
        await call.RequestStream.WriteAsync(config, cancellation);
        Assert.True(await call.ResponseStream.MoveNext(cancellation));
        string id = call.ResponseStream.Current.SessionId;

        var table = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("ops", "sessions", "--server", service.Address));
        var json = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("ops", "sessions", "--server", service.Address, "--format", "json")));

        Assert.Equal(2, table.OutputLines.Length);
        Assert.StartsWith("session ", table.OutputLines[0], StringComparison.Ordinal);
        Assert.Matches($@"^{id}  listening  \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ +0:00:00 +0\.00 +0  ipv4:127\.0\.0\.1:\d+ +call 7$", table.OutputLines[1]);
        Assert.Equal((id, "listening", "mulaw", 8000), (
            json.GetProperty("session_id").GetString(), json.GetProperty("state").GetString(),
            json.GetProperty("encoding").GetString(), json.GetProperty("rate").GetInt32()));
        Assert.All(json.EnumerateObject(), field => Assert.Contains($"`{field.Name}`", Page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drain_BeginAndEnd_ChangesTheService()
    {
        await using var service = await RealService.StartAsync();

        var begun = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("ops", "drain", "--server", service.Address, "--grace", "3600"));
        var stats = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("ops", "stats", "--server", service.Address));
        var ended = Assert.Single(AsrAssert.Objects(
            await AsrProcess.RunAsync("ops", "drain", "--end", "--server", service.Address, "--format", "json")));

        Assert.Matches(new Regex(@"^Draining: 0 streams are open; the last ends by \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$"), Assert.Single(begun.OutputLines));
        Assert.Contains("\nready               no: The server drains.\n", stats.Output, StringComparison.Ordinal);
        Assert.Equal((false, 0), (ended.GetProperty("is_draining").GetBoolean(), ended.GetProperty("sessions_active").GetInt32()));
    }

    [Fact]
    public async Task Stats_NobodyThere_IsOneLineAndFive()
    {
        string address;
        await using (var service = await RealService.StartAsync()) address = service.Address;

        AsrAssert.Refused(ExitCodes.ServiceFailed, await AsrProcess.RunAsync("ops", "stats", "--server", address), address, "cannot be reached");
    }

    [Fact]
    public async Task Stats_OfAnotherService_IsOneLineAndFive()
    {
        await using var service = await FakeService.StartAsync();

        AsrAssert.Refused(ExitCodes.ServiceFailed, await AsrProcess.RunAsync("ops", "stats", "--server", service.Address), "not served there");
    }
}

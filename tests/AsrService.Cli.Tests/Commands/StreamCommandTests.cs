using AsrService.Cli.Tests.Service;
using AsrService.Contracts.Errors;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Grpc.Core;
using Xunit;

namespace AsrService.Cli.Tests.Commands;

/// <summary>The real program against a service in the test's own process.</summary>
[Trait("Category", "EndToEnd")]
public class StreamCommandTests
{
    [Fact]
    public async Task Stream_Piped_GivesEveryEventAsJson()
    {
        await using var service = await FakeService.StartAsync();

        var result = await AsrProcess.RunAsync("stream", Recordings.Numbers, "--server", service.Address, "--pace", "0");

        var events = AsrAssert.Objects(result);
        Assert.Equal(["started", "speech", "result", "result", "result", "ended"], events.Select(one => one.GetProperty("type").GetString()));
        var partial = events[3];
        Assert.Equal(("So we ", "use", false, 2), (
            partial.GetProperty("stable_text").GetString(), partial.GetProperty("tentative_text").GetString(),
            partial.GetProperty("is_final").GetBoolean(), partial.GetProperty("revision").GetInt32()));
        var final = events[4];
        Assert.Equal("So we use Redis.", final.GetProperty("stable_text").GetString());
        Assert.Equal((0.1, 1.5, "English", 0.9877), (
            final.GetProperty("start_s").GetDouble(), final.GetProperty("end_s").GetDouble(),
            final.GetProperty("language").GetString(), final.GetProperty("language_probability").GetDouble()));
        Assert.Equal("So", final.GetProperty("words")[0].GetProperty("text").GetString());
        Assert.Equal("audio_completed", events[^1].GetProperty("reason").GetString());
        Assert.Equal(["fake: Not a real model."], result.ErrorLines);
    }

    [Fact]
    public async Task Stream_File_SendsItsConfigAndEverySample()
    {
        await using var service = await FakeService.StartAsync();

        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(
            "stream", Recordings.Sample("call-en-stereo-8k"), "--server", service.Address, "--pace", "0", "--language", "en", "--language", "Chinese",
            "--term", "Redis", "--term", "Kafka", "--context", "chat", "--interval", "250", "--min-silence", "700", "--max-segment", "12.5"));

        Assert.True(service.Transcriber.Requests.TryRead(out var first));
        var config = first.Config;
        Assert.Equal((8000u, 2u, AudioEncoding.PcmF32Le), (config.AudioFormat.SampleRateHertz, config.AudioFormat.Channels, config.AudioFormat.Encoding));
        Assert.Equal(["en", "zh"], config.Recognition.Language.Languages);
        Assert.Equal((string[])["Redis", "Kafka"], config.Recognition.Biasing.Terms);
        Assert.Equal("chat", config.Recognition.Biasing.Context);
        Assert.Equal((0.25, 0.7, 12.5), (
            config.Interim.Interval.ToTimeSpan().TotalSeconds, config.Endpointing.MinSilence.ToTimeSpan().TotalSeconds,
            config.Endpointing.MaxSegment.ToTimeSpan().TotalSeconds));
        AssertSameSamples(Recordings.Samples(Recordings.Sample("call-en-stereo-8k")), service, frameSamples: 2);
    }

    [Theory]
    [InlineData("", "--rate", "16000")]
    [InlineData("wave")]
    [InlineData("bare")]
    public async Task Stream_Stdin_TakesRawAndWave(string kind, params string[] options)
    {
        await using var service = await FakeService.StartAsync();
        using var folder = new TemporaryFolder();
        byte[] samples = Recordings.Samples(Recordings.Numbers);
        string file = kind == "wave" ? Recordings.Numbers : folder.Write("bare", samples);

        var result = await AsrProcess.RunAsync(new AsrStart(["stream", "-", "--server", service.Address, "--pace", "0", .. options]) { Shell = $"<'{file}'" });

        AsrAssert.Ended(ExitCodes.Done, result);
        Assert.True(service.Transcriber.Requests.TryRead(out _));
        AssertSameSamples(samples, service, frameSamples: 1);
    }

    [Fact]
    public async Task Stream_StdinThatStaysOpen_IsSentWhileItComes()
    {
        await using var service = await FakeService.StartAsync();
        using var folder = new TemporaryFolder();
        string pipe = folder.At("pipe");
        Posix.MakePipe(pipe);
        service.Transcriber.Live = async stream =>
        {
            await stream.StartAsync();
            while (stream.Frames < 1600) await stream.ReadAsync();
            await stream.ResultAsync("heard", "", 0.1, isFinal: true);
            await stream.ReadAllAsync();
            await stream.EndAsync();
        };
        using var process = new AsrProcess(new AsrStart("stream", "-", "--server", service.Address, "--rate", "16000") { Shell = $"<'{pipe}'" });
        await using var writer = new FileStream(pipe, FileMode.Open, FileAccess.Write);

        await writer.WriteAsync(new byte[3200 + 100], TestContext.Current.CancellationToken);
        await writer.FlushAsync(TestContext.Current.CancellationToken);
        await process.FirstErrorAsync(); // the notice, which comes with the first final while the pipe is open
        await writer.DisposeAsync();

        var events = AsrAssert.Objects(await process.WaitAsync());
        Assert.Equal("heard", events.Single(one => one.GetProperty("type").GetString() == "result").GetProperty("stable_text").GetString());
    }

    [Fact]
    public async Task Stream_AsText_GivesFinalsWithTimes()
    {
        await using var service = await FakeService.StartAsync();

        var result = await AsrProcess.RunAsync("stream", Recordings.Numbers, "--server", service.Address, "--pace", "0", "--format", "text");

        Assert.Equal(["0:00.10–0:01.50  So we use Redis."], AsrAssert.Ended(ExitCodes.Done, result).OutputLines);
    }

    [Fact]
    public async Task Stream_Interrupted_FinalizesAndWaitsForTheLastFinal()
    {
        await using var service = await FakeService.StartAsync();
        var isStreaming = new TaskCompletionSource();
        service.Transcriber.Live = async stream =>
        {
            await stream.StartAsync();
            await stream.ReadAsync();
            isStreaming.SetResult();
            await stream.TranscribeRestAsync();
        };
        using var process = new AsrProcess(new AsrStart("stream", Recordings.Numbers, "--server", service.Address, "--format", "text"));
        await isStreaming.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Posix.SendInterrupt(process.Id);

        var result = AsrAssert.Ended(ExitCodes.Interrupted, await process.WaitAsync());
        Assert.Equal(["0:00.10–0:01.50  last words"], result.OutputLines);
        Assert.Equal("Interrupted.", result.ErrorLines[^1]);
        Assert.Contains(Sent(service), request => request.Control?.Finalize is not null);
    }

    [Fact]
    public async Task Stream_InterruptedWithADeafService_EndsAllTheSame()
    {
        await using var service = await FakeService.StartAsync();
        var isStreaming = new TaskCompletionSource();
        service.Transcriber.Live = async stream =>
        {
            await stream.StartAsync();
            isStreaming.SetResult();
            await stream.WaitForGoodbyeAsync();
        };
        using var process = new AsrProcess(new AsrStart("stream", Recordings.Numbers, "--server", service.Address, "--pace", "0"));
        await isStreaming.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Posix.SendInterrupt(process.Id);

        var result = AsrAssert.Ended(ExitCodes.Interrupted, await process.WaitAsync());
        Assert.Equal("Interrupted.", result.ErrorLines[^1]);
    }

    [Fact]
    public async Task Stream_ServiceDiesInMidStream_SaysSo()
    {
        await using var service = await FakeService.StartAsync();
        service.Transcriber.Live = async stream =>
        {
            await stream.StartAsync();
            await stream.ReadAsync();
            await stream.ResultAsync("", "So", 0.5);
            stream.Context.GetHttpContext().Abort();
        };

        var result = await AsrProcess.RunAsync("stream", Recordings.Numbers, "--server", service.Address);

        AsrAssert.Ended(ExitCodes.ServiceFailed, result);
        Assert.StartsWith(service.Address, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("full", ExitCodes.ServiceFailed, "no free place: 128 of 128 channels are in use. Try again in 3 s.")]
    [InlineData("field", ExitCodes.Usage, "refused by the service: config.audio_format.sample_rate_hertz: 96000 is not in 8000..48000.")]
    [InlineData("model", ExitCodes.Usage, "there is no model x; there is demo-asr.")]
    [InlineData("draining", ExitCodes.ServiceFailed, "the service is not available: It shuts down. Try again in 1 s.")]
    [InlineData("fault", ExitCodes.ServiceFailed, "the service failed: A step failed. (its log has more under e-17)")]
    public async Task Stream_RefusedByTheService_IsOneLine(string kind, int code, string expected)
    {
        await using var service = await FakeService.StartAsync();
        service.Transcriber.Live = _ => throw Refusal(kind).ToRpcException();

        var result = await AsrProcess.RunAsync("stream", Recordings.Numbers, "--server", service.Address, "--pace", "0");

        AsrAssert.Refused(code, result, service.Address, expected);
    }

    [Theory]
    [InlineData("stream", "expected FILE, - or --mic, found none")]
    [InlineData("stream a.wav --mic", "found two of them")]
    [InlineData("stream a.wav --device hw:0", "--device: expected together with --mic only")]
    [InlineData("stream a.wav --rate 8000", "expected with raw audio only")]
    [InlineData("stream a.wav --pace -1", "--pace: expected a number in 0..1000")]
    [InlineData("stream a.wav --interval 100", "--interval: expected a whole number in 250..2000")]
    [InlineData("stream a.wav --server localhost", "--server: expected http://HOST:PORT")]
    [InlineData("stream a.wav --server ftp://localhost:1", "found \"ftp://localhost:1\"")]
    public async Task Stream_Mistake_IsOneLineAndTwo(string line, string expected) =>
        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync(line.Split(' ')), expected);

    [Fact]
    public async Task Stream_UnknownLanguage_ListsThem() => AsrAssert.Refused(
        ExitCodes.Usage, await AsrProcess.RunAsync("stream", Recordings.Numbers, "--language", "Klingon"), "Chinese (zh)");

    [Fact]
    public async Task Stream_MissingFile_IsBadInput() => AsrAssert.Refused(
        ExitCodes.BadInput, await AsrProcess.RunAsync("stream", "none.wav"), "none.wav: there is no such file");

    private static Google.Rpc.Status Refusal(string kind) => kind switch
    {
        "full" => RichStatus.Of(
            StatusCode.ResourceExhausted, "128 of 128 channels are in use.", RichStatus.Cause("SERVER_FULL", "asr.v1"),
            RichStatus.RetryAfter(TimeSpan.FromSeconds(2.5))),
        "field" => RichStatus.Of(
            StatusCode.InvalidArgument, "Bad config.", RichStatus.Cause("BAD_VALUE", "asr.v1"),
            RichStatus.BadField("config.audio_format.sample_rate_hertz", "96000 is not in 8000..48000.")),
        "model" => RichStatus.Of(StatusCode.NotFound, "there is no model x; there is demo-asr.", RichStatus.Cause("MODEL_UNKNOWN", "asr.v1")),
        "draining" => RichStatus.Of(
            StatusCode.Unavailable, "It shuts down.", RichStatus.Cause("DRAINING", "asr.v1"), RichStatus.RetryAfter(TimeSpan.FromMilliseconds(200))),
        _ => RichStatus.Of(StatusCode.Internal, "A step failed.", RichStatus.Cause("ENGINE_FAULT", "asr.v1", [("error_id", "e-17")])),
    };

    private static List<StreamingTranscribeRequest> Sent(FakeService service)
    {
        var sent = new List<StreamingTranscribeRequest>();
        while (service.Transcriber.Requests.TryRead(out var request)) sent.Add(request);
        return sent;
    }

    private static void AssertSameSamples(byte[] expected, FakeService service, int frameSamples)
    {
        var samples = new List<float>();
        foreach (var request in Sent(service))
        {
            Assert.Equal((ulong)(samples.Count / frameSamples), request.Audio.Sequence);
            samples.AddRange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(request.Audio.Data.Span));
        }

        var pcm = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(expected);
        Assert.Equal(pcm.Length, samples.Count);
        for (int i = 0; i < pcm.Length; i++) Assert.Equal(pcm[i] / 32768f, samples[i]);
    }
}

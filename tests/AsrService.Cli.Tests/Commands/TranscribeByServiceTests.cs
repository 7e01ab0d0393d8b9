using AsrService.Cli.Tests.Service;
using AsrService.Contracts.Errors;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Grpc.Core;
using Xunit;

namespace AsrService.Cli.Tests.Commands;

[Trait("Category", "EndToEnd")]
public class TranscribeByServiceTests
{
    [Fact]
    public async Task Transcribe_ByAService_WritesWhatItSays()
    {
        await using var service = await FakeService.StartAsync();

        var result = await AsrProcess.RunAsync("transcribe", "--server", service.Address, Recordings.Numbers, Recordings.Chinese);

        AsrAssert.Ended(ExitCodes.Done, result);
        Assert.Equal([$"{Recordings.Numbers}: So we use Redis.", $"{Recordings.Chinese}: So we use Redis."], result.OutputLines);
        Assert.Equal("fake: Not a real model.", result.ErrorLines[0]);
        Assert.Contains(result.ErrorLines, line => line.Contains("the token budget ended the text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Transcribe_ByAService_HasTheSameJson()
    {
        await using var service = await FakeService.StartAsync();

        var transcript = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync(
            "transcribe", "--server", service.Address, "--format", "json", Recordings.Numbers)));

        Assert.Equal(
            ["file", "duration_s", "text", "language", "segments", "model", "truncated"],
            transcript.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("So we use Redis.", "English", 2.0, "fake", true), (
            transcript.GetProperty("text").GetString(), transcript.GetProperty("language").GetString(),
            transcript.GetProperty("duration_s").GetDouble(), transcript.GetProperty("model").GetString(),
            transcript.GetProperty("truncated").GetBoolean()));
        var last = transcript.GetProperty("segments")[1];
        Assert.Equal(
            ["start_s", "end_s", "channel", "text", "language", "confidence", "words", "remarks"],
            last.EnumerateObject().Select(field => field.Name));
        Assert.Equal("truncated", last.GetProperty("remarks")[0].GetString());
        Assert.Equal("aligned", last.GetProperty("words")[0].GetProperty("timing").GetString());
    }

    [Theory]
    [InlineData("text", "[0:00:00.000 - 0:00:01.000] So we use", "[0:00:01.000 - 0:00:02.000] Redis.")]
    [InlineData("srt", "1", "00:00:00,000 --> 00:00:01,000", "So we use", "2", "00:00:01,000 --> 00:00:02,000", "Redis.")]
    public async Task Transcribe_TimestampsByAService_AreThoseOfItsWords(string format, params string[] expected)
    {
        await using var service = await FakeService.StartAsync();
        var asked = new TaskCompletionSource<WordTimes>();
        service.Transcriber.File = (requests, responses, context) => FakeFiles.TranscribeAsync(
            requests, responses, context, config => asked.TrySetResult(config.Recognition.WordTimes));

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(
            "transcribe", "--server", service.Address, "--timestamps", "--format", format, Recordings.Numbers));

        Assert.Equal(expected, result.OutputLines.Where(line => line.Length > 0));
        Assert.Equal(WordTimes.AlignedPreferred, await asked.Task);
    }

    [Fact]
    public async Task Transcribe_TimestampsByAService_GiveTheStructuredTranscript()
    {
        await using var service = await FakeService.StartAsync();

        var transcript = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync(
            "transcribe", "--server", service.Address, "--timestamps", "--format", "json", Recordings.Numbers)));

        Assert.Equal(["So we use", "Redis."], transcript.GetProperty("segments").EnumerateArray().Select(one => one.GetProperty("text").GetString()));
        Assert.True(transcript.GetProperty("segments")[0].GetProperty("is_aligned").GetBoolean());
        Assert.Equal(2.0, transcript.GetProperty("duration_s").GetDouble());
    }

    [Fact]
    public async Task Transcribe_ByAService_PassesItsOptionsOn()
    {
        await using var service = await FakeService.StartAsync();
        var configs = new List<TranscribeFileConfig>();
        service.Transcriber.File = async (requests, responses, context) =>
        {
            configs.Add(await FakeFiles.StartAsync(requests, responses));
        };
        using var folder = new TemporaryFolder();

        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(
            "transcribe", "--server", service.Address, "--model", "m", "--language", "zh", "--context", "Redis", "--max-segment", "20", folder.Write("a.pcm", new byte[64])));
        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(
            "transcribe", "--server", service.Address, "--segmentation", "live", "--min-silence", "300", "--speech-pad", "0", Recordings.Numbers));

        var offline = configs[0];
        Assert.Equal(("m", "zh", "Redis", Segmentation.Offline, 20.0, 64ul), (
            offline.Recognition.Model, Assert.Single(offline.Recognition.Language.Languages), offline.Recognition.Biasing.Context,
            offline.File.Segmentation, offline.File.MaxSegment.ToTimeSpan().TotalSeconds, offline.TotalBytes));
        Assert.Equal(AudioEncoding.PcmS16Le, offline.AudioFormat.Encoding);
        var live = configs[1];
        Assert.Equal((Segmentation.Live, 0.3, 0.0), (
            live.File.Segmentation, live.File.Endpointing.MinSilence.ToTimeSpan().TotalSeconds, live.File.Endpointing.SpeechPad.ToTimeSpan().TotalSeconds));
        Assert.Null(live.File.MaxSegment);
        Assert.Null(live.AudioFormat);
    }

    [Fact]
    public async Task Transcribe_OneFileIsBad_TheOthersAreDone()
    {
        await using var service = await FakeService.StartAsync();
        int calls = 0;
        service.Transcriber.File = (requests, responses, context) => ++calls == 1
            ? throw RichStatus.Of(
                StatusCode.InvalidArgument, "Not audio.", RichStatus.Cause("AUDIO_DECODE", "asr.v1"), RichStatus.BadField("chunk", "it is empty")).ToRpcException()
            : FakeFiles.TranscribeAsync(requests, responses, context);

        var result = await AsrProcess.RunAsync("transcribe", "--server", service.Address, "none.wav", Recordings.Chinese, Recordings.Numbers);

        AsrAssert.Ended(ExitCodes.BadInput, result);
        Assert.Equal([$"{Recordings.Numbers}: So we use Redis."], result.OutputLines);
        Assert.Equal("none.wav: there is no such file.", result.ErrorLines[0]);
        Assert.Equal($"{Recordings.Chinese}: refused by the service: chunk: it is empty", result.ErrorLines[1]);
    }

    [Fact]
    public async Task Transcribe_ByAFullService_SaysWhenToRetry()
    {
        await using var service = await FakeService.StartAsync();
        service.Transcriber.File = (_, _, _) => throw RichStatus.Of(
            StatusCode.ResourceExhausted, "8 of 8 files.", RichStatus.RetryAfter(TimeSpan.FromSeconds(5))).ToRpcException();

        var result = await AsrProcess.RunAsync("transcribe", "--server", service.Address, Recordings.Numbers, Recordings.Chinese);

        AsrAssert.Refused(ExitCodes.ServiceFailed, result, "no free place: 8 of 8 files. Try again in 5 s.");
    }

    [Theory]
    [InlineData("--server x:1 --threads 2", "--threads: has no meaning with --server")]
    [InlineData("--server x:1 --timestamps --aligner y", "--aligner: has no meaning with --server")]
    [InlineData("--server x:1 --batch 2", "--batch: has no meaning with --server")]
    [InlineData("--min-silence 300", "--min-silence: has no meaning without --segmentation live")]
    [InlineData("--segmentation live --batch 2", "--batch: has no meaning with --segmentation live")]
    [InlineData("--segmentation live --max-segment 60", "--max-segment: expected 10..30 with --segmentation live, found 60")]
    public async Task Transcribe_OptionWithoutMeaning_IsRefused(string options, string expected) => AsrAssert.Refused(
        ExitCodes.Usage, await AsrProcess.RunAsync(["transcribe", .. options.Split(' '), Recordings.Numbers]), expected);
}

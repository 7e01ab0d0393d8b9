using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Recordings;
using AsrService.EndToEnd.Tests.Service;
using Google.Protobuf;
using Grpc.Core;
using EventCase = AsrService.Contracts.V1.TranscribeFileResponse.EventOneofCase;

namespace AsrService.EndToEnd.Tests;

[Trait("Category", "EndToEnd")]
public class RecordingTests(DefaultService service) : IClassFixture<DefaultService>
{
    private static readonly int[] OddSizes = [1, 4095, 65_536, 7];
    private static readonly TimeSpan SlowUpload = TimeSpan.FromMilliseconds(60);

    public static TheoryData<Runtime> Runtimes => [Runtime.GrpcJs, Runtime.Grpcio];

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Transcribe_Wav_AnswersWhole(Runtime runtime)
    {
        var request = new TranscribeRequest
        {
            Audio = ByteString.CopyFrom(File.ReadAllBytes(ClipFiles.SamplePath("interview-en"))),
            Recognition = new() { ClientRequestId = "an id", WordTimes = WordTimes.Estimated },
            File = new() { Segmentation = Segmentation.Live },
        };

        var outcome = await service.RunAsync(runtime, Call(TranscriberMethod.Transcribe).Send(request));

        Assert.True(outcome.Code == StatusCode.OK, $"{outcome}");
        var response = Assert.Single(outcome.Parse(TranscribeResponse.Parser));
        Assert.Equal(await service.Reference.OfAsync(service.Clips.Sample("interview-en")), Heard.Of(response.Segments));
        Assert.Equal(("an id", 0), (response.ClientRequestId, response.Warnings.Count));
        Assert.Equal(service.Clips.Sample("interview-en").Seconds, response.AudioDuration.ToTimeSpan().TotalSeconds, 1e-6);
        Assert.All(response.Segments, segment => Assert.Contains(segment.Text, response.Text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Transcribe_Noise_IsRefused(Runtime runtime)
    {
        var request = new TranscribeRequest { Audio = ByteString.CopyFromUtf8("RIFF this is no recording") };

        var outcome = await service.RunAsync(runtime, Call(TranscriberMethod.Transcribe).Send(request));

        Assert.Equal((StatusCode.InvalidArgument, "AUDIO_DECODE"), (outcome.Code, outcome.Reason));
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task TranscribeFile_WavUploadedSlowly_TellsSegmentsAndProgress(Runtime runtime)
    {
        string path = ClipFiles.SamplePath("interview-en");
        long length = new FileInfo(path).Length;
        var config = new TranscribeFileConfig { TotalBytes = (ulong)length, File = new() { Segmentation = Segmentation.Live } };

        var outcome = await service.RunAsync(runtime, Upload(config).File(path, "chunk", OddSizes, 0, length, SlowUpload).End());

        var clip = service.Clips.Sample("interview-en");
        var responses = AssertCompleted(outcome, clip.Seconds);
        Assert.Equal(
            await service.Reference.OfAsync(clip),
            Heard.Of(responses.Where(one => one.EventCase == EventCase.Segment).Select(one => one.Segment)));
        var progress = responses.Where(one => one.EventCase == EventCase.Progress).Select(one => one.Progress).ToList();
        Assert.NotEmpty(progress);
        Assert.All(progress, one => Assert.InRange(one.ReceivedBytes, 1u, (ulong)length));
        Assert.Equal(progress.OrderBy(one => one.ProcessedAudio.ToTimeSpan()), progress);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task TranscribeFile_Mp3_IsHeard(Runtime runtime)
    {
        string path = service.Clips.Mp3("interview-en");

        var outcome = await service.RunAsync(
            runtime, Upload(new()).File(path, "chunk", OddSizes, 0, new FileInfo(path).Length).End());

        var responses = AssertCompleted(outcome, service.Clips.Sample("interview-en").Seconds);
        string text = string.Concat(responses.Where(one => one.EventCase == EventCase.Segment).Select(one => one.Segment.Text));
        Assert.Contains("Redis", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task TranscribeFile_ChunkFirst_IsRefused(Runtime runtime)
    {
        var outcome = await service.RunAsync(
            runtime, Call(TranscriberMethod.TranscribeFile).Send(new TranscribeFileRequest { Chunk = ByteString.CopyFrom(1) }));

        Assert.Equal((StatusCode.FailedPrecondition, "MESSAGE_ORDER"), (outcome.Code, outcome.Reason));
    }

    private static CallScript Call(TranscriberMethod method) => new(CallScript.Transcriber, $"{method}");

    private static CallScript Upload(TranscribeFileConfig config) =>
        Call(TranscriberMethod.TranscribeFile).Send(new TranscribeFileRequest { Config = config });

    private static IReadOnlyList<TranscribeFileResponse> AssertCompleted(CallOutcome outcome, double seconds)
    {
        Assert.True(outcome.Code == StatusCode.OK, $"{outcome}");
        var responses = outcome.Parse(TranscribeFileResponse.Parser);
        Assert.Equal(EventCase.Started, responses[0].EventCase);
        Assert.Equal(EventCase.Completed, responses[^1].EventCase);
        var completed = responses[^1].Completed;
        Assert.Equal(responses.Count(one => one.EventCase == EventCase.Segment), (int)completed.Segments);
        Assert.Equal(seconds, completed.AudioDuration.ToTimeSpan().TotalSeconds, 0.1); // an MP3 is padded
        return responses;
    }
}

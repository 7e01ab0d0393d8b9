using AsrService.Contracts.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Server.Tests.Transcriber.Files;

[Trait("Category", "EndToEnd")]
public class TranscribeTests
{
    private static readonly AudioFormat Raw = new() { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = 16_000 };

    [Fact]
    public async Task Transcribe_LiveCut_GivesTheFinalsOfStreaming()
    {
        await using var server = await TestServer.StartAsync();
        var speech = Clips.Interview(6);

        var streamed = await LiveCall.RunAsync(server.Client, LiveCall.Config, speech);
        var whole = await server.Client.TranscribeAsync(new TranscribeRequest
        {
            Audio = ByteString.CopyFrom(speech), AudioFormat = Raw, File = new Contracts.V1.FileOptions { Segmentation = Segmentation.Live },
            Recognition = new RecognitionOptions { ClientRequestId = "mine" },
        });
        var (events, status) = await UploadAsync(
            server, new TranscribeFileConfig { File = new Contracts.V1.FileOptions { Segmentation = Segmentation.Live } }, Clips.InterviewWav(6));

        Assert.Equal(streamed.Words, whole.Segments.Select(one => $"{one.Start} {one.End} {one.Text}"));
        Assert.Equal(TimeSpan.FromSeconds(6), whole.AudioDuration.ToTimeSpan());
        Assert.Equal("mine", whole.ClientRequestId);
        Assert.NotEmpty(whole.Text);
        Assert.Equal(StatusCode.OK, (StatusCode)status.Code);
        Assert.NotNull(events[0].Started);
        Assert.Equal(whole.Segments.Count, (int)events[^1].Completed.Segments);
        Assert.Equal(TimeSpan.FromSeconds(6), events[^1].Completed.AudioDuration.ToTimeSpan());
        Assert.Equal(
            whole.Segments.Select(one => one.Text), events.Where(one => one.Segment is not null).Select(one => one.Segment.Text));
    }

    [Fact]
    public async Task Transcribe_BadRecordings_HaveTheirStatus()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Limits:MaxTranscribeAudio=00:00:05");

        await AssertAsync(server, new() { AudioFormat = Raw }, StatusCode.InvalidArgument, "BAD_VALUE");
        await AssertAsync(
            server, new() { AudioFormat = Raw, Audio = ByteString.CopyFrom(new byte[3]) }, StatusCode.InvalidArgument, "BAD_VALUE");
        await AssertAsync(
            server, new() { AudioFormat = Raw, Audio = ByteString.CopyFrom(new byte[160_002]) }, StatusCode.InvalidArgument, "BAD_VALUE");
        await AssertAsync(
            server, new() { Audio = ByteString.CopyFrom(Clips.InterviewWav(6)) }, StatusCode.InvalidArgument, "BAD_VALUE");
        var garbage = await AssertAsync(
            server, new() { Audio = ByteString.CopyFromUtf8("This is no recording.") }, StatusCode.InvalidArgument, "AUDIO_DECODE");
        Assert.DoesNotContain(Path.GetTempPath(), garbage.Message, StringComparison.Ordinal);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task TranscribeFile_BadUploads_HaveTheirStatus()
    {
        await using var server = await TestServer.StartAsync(
            null, "Asr:Limits:MaxFileAudio=00:00:05", "Asr:Limits:MaxFileBytes=300000", "Asr:Limits:MaxIdle=00:00:02");
        var wav = Clips.InterviewWav(6);

        await UploadBadAsync(server, new() { TotalBytes = 300_001 }, [], StatusCode.OutOfRange, "FILE_LIMIT");
        await UploadBadAsync(server, new() { TotalBytes = 10 }, wav, StatusCode.InvalidArgument, "BAD_VALUE");
        await UploadBadAsync(server, new() { TotalBytes = 299_999 }, wav, StatusCode.InvalidArgument, "BAD_VALUE");
        await UploadBadAsync(server, new() { AudioFormat = Raw }, new byte[300_002], StatusCode.OutOfRange, "FILE_LIMIT");
        await UploadBadAsync(server, new(), wav, StatusCode.OutOfRange, "FILE_LIMIT");
        await UploadBadAsync(server, new() { AudioFormat = Raw }, new byte[3], StatusCode.InvalidArgument, "AUDIO_DECODE");
        var garbage = await UploadBadAsync(server, new(), "No recording."u8.ToArray(), StatusCode.InvalidArgument, "AUDIO_DECODE");
        Assert.DoesNotContain(Path.GetTempPath(), garbage.Message, StringComparison.Ordinal);
        await UploadBadAsync(server, new(), wav[..64_000], StatusCode.Aborted, "IDLE", completes: false);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task TranscribeFile_MessagesInAWrongOrder_FailTheirPrecondition()
    {
        await using var server = await TestServer.StartAsync();
        TranscribeFileRequest config = new() { Config = new() }, chunk = new() { Chunk = ByteString.CopyFrom(1) };

        foreach (TranscribeFileRequest[] requests in (TranscribeFileRequest[][])[[], [chunk], [config, config]])
        {
            var (_, status) = await SendAsync(server, requests);
            Assert.Equal((StatusCode.FailedPrecondition, "MESSAGE_ORDER"), ((StatusCode)status.Code, ReasonOf(status)));
        }
    }

    [Fact]
    public async Task GetCapabilities_SaysWhatIsServed()
    {
        await using var server = await TestServer.StartAsync();

        var capabilities = await server.Client.GetCapabilitiesAsync(new());

        var model = Assert.Single(capabilities.Models);
        Assert.True(model.IsDemonstration);
        Assert.Equal(["zh", "en"], model.Languages.Select(one => one.Tag));
        Assert.Contains("wav", capabilities.Containers);
        Assert.Equal(65_536u, capabilities.Limits.MaxAudioMessageBytes);
        Assert.Equal([Feature.Resume, Feature.WordAlignment], capabilities.Features);
        Assert.Equal("0.1.0", capabilities.ServerVersion);
    }

    private static async Task<Google.Rpc.Status> AssertAsync(
        TestServer server, TranscribeRequest request, StatusCode code, string reason)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.TranscribeAsync(request).ResponseAsync);
        var status = failure.GetRpcStatus()!;
        Assert.Equal((code, reason), ((StatusCode)status.Code, ReasonOf(status)));
        return status;
    }

    private static async Task<Google.Rpc.Status> UploadBadAsync(
        TestServer server, TranscribeFileConfig config, byte[] file, StatusCode code, string reason, bool completes = true)
    {
        var (_, status) = await UploadAsync(server, config, file, completes);
        Assert.True((code, reason) == ((StatusCode)status.Code, ReasonOf(status)), $"{code} {reason}: {status}");
        return status;
    }

    private static Task<(List<TranscribeFileResponse> Events, Google.Rpc.Status Status)> UploadAsync(
        TestServer server, TranscribeFileConfig config, byte[] file, bool completes = true) => SendAsync(
        server,
        [new() { Config = config }, .. file.Chunk(32_768).Select(bytes => new TranscribeFileRequest { Chunk = ByteString.CopyFrom(bytes) })],
        completes);

    private static async Task<(List<TranscribeFileResponse> Events, Google.Rpc.Status Status)> SendAsync(
        TestServer server, TranscribeFileRequest[] requests, bool completes = true)
    {
        using var call = server.Client.TranscribeFile();
        var events = new List<TranscribeFileResponse>();
        try
        {
            foreach (var request in requests) await call.RequestStream.WriteAsync(request);
            if (completes) await call.RequestStream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The status tells.
        }

        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None)) events.Add(call.ResponseStream.Current);
            return (events, new());
        }
        catch (RpcException failure)
        {
            return (events, failure.GetRpcStatus() ?? new() { Code = (int)failure.StatusCode });
        }
    }

    private static string? ReasonOf(Google.Rpc.Status status) => status.GetDetail<ErrorInfo>()?.Reason;
}

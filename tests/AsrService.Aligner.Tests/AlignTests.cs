using System.Diagnostics;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Aligner.Tests;

/// <summary>Align, alone and in the server: the same times, and every documented outcome.</summary>
[Trait("Category", "EndToEnd")]
public sealed class AlignTests
{
    [Fact]
    public async Task Align_AloneAndHosted_GiveTheSame()
    {
        AlignRequest[] requests = [.. Speech.Of("interview-en", "en"), .. Speech.Of("interview-zh-en", "Chinese")];
        await using var alone = await AlignerServer.StartAsync(Place.Alone);
        await using var hosted = await AlignerServer.StartAsync(Place.Hosted);

        var answers = await Task.WhenAll(requests.Select(request => alone.Client.AlignAsync(request).ResponseAsync));
        var others = await Task.WhenAll(requests.Select(request => hosted.Client.AlignAsync(request).ResponseAsync));

        Assert.Equal(answers, others); // every bit of every probability
        for (int i = 0; i < requests.Length; i++) AssertSound(requests[i], answers[i]);
    }

    [Theory, InlineData(Place.Alone), InlineData(Place.Hosted)]
    public async Task Align_ASentence_SaysWhenItsWordsAreAndWhoSaysSo(Place place)
    {
        await using var server = await AlignerServer.StartAsync(place);

        var answer = await server.Client.AlignAsync(Speech.First);

        Assert.Equal(
            ["How", "many", "years", "of", "experience", "do", "you", "have", "with", "Redis"], answer.Units.Select(unit => unit.Text));
        Assert.Equal(2.772, answer.AudioDuration.ToTimeSpan().TotalSeconds, 3);
        Assert.Empty(answer.Flags);
        Assert.StartsWith("demo-aligner (demonstration model)", answer.Model.Name, StringComparison.Ordinal);
        Assert.True(answer.Model.IsDemonstration);
        Assert.Equal(["zh", "en"], answer.Model.Languages.Select(language => language.Tag));
        Assert.Equal(answer.Model.Languages, answer.Model.AlignmentLanguages);
    }

    [Fact]
    public async Task Align_OtherFormats_GiveTheSameUnits()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);
        float[] samples = Decode(Speech.First.Audio);
        var raw = await server.Client.AlignAsync(Speech.First);

        var wav = await server.Client.AlignAsync(Speech.With(request =>
            (request.AudioFormat, request.Audio) = (null, ByteString.CopyFrom(WavWriter.Write(samples, 16_000)))));
        var stereo = await server.Client.AlignAsync(Speech.With(request =>
            (request.AudioFormat, request.Audio) = (null, ByteString.CopyFrom(WavWriter.Write([.. samples.SelectMany(x => new[] { x, x })], 16_000, 2)))));
        var named = await server.Client.AlignAsync(Speech.With(request => (request.Language, request.Model) = ("English", raw.Model.Name)));

        Assert.Equal([raw.Units, raw.Units, raw.Units], [wav.Units, stereo.Units, named.Units]);
    }

    [Fact]
    public async Task Align_AContainerForFfmpeg_IsDecoded()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);
        using var folder = new TemporaryFolder();
        string wav = Path.Combine(folder.Path, "clip.wav"), flac = Path.Combine(folder.Path, "clip.flac");
        WavWriter.WriteFile(wav, Decode(Speech.First.Audio), 16_000);
        using var ffmpeg = Process.Start("ffmpeg", ["-nostdin", "-v", "error", "-i", wav, flac]);
        await ffmpeg.WaitForExitAsync(TestContext.Current.CancellationToken);

        var answer = await server.Client.AlignAsync(Speech.With(request =>
            (request.AudioFormat, request.Audio) = (null, ByteString.CopyFrom(File.ReadAllBytes(flac)))));

        Assert.Equal((await server.Client.AlignAsync(Speech.First)).Units.Select(unit => unit.Text), answer.Units.Select(unit => unit.Text));
    }

    [Theory, InlineData(""), InlineData("… ?!"), InlineData(" \n")]
    public async Task Align_NothingToSay_GivesNoUnits(string text)
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);

        var answer = await server.Client.AlignAsync(Speech.With(request => request.Text = text));

        Assert.Empty(answer.Units);
        Assert.Empty(answer.Flags);
        Assert.Equal(2.772, answer.AudioDuration.ToTimeSpan().TotalSeconds, 3);
    }

    [Fact]
    public async Task Align_TextOfAnotherRecording_IsFlagged()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);
        var others = Speech.Of("call-en", "en");
        var audio = Speech.Of("interview-en", "en");

        var answer = await server.Client.AlignAsync(new AlignRequest
        {
            AudioFormat = Speech.Raw,
            Audio = ByteString.CopyFrom([.. audio.SelectMany(sentence => sentence.Audio)]),
            Text = string.Join(' ', others.Select(sentence => sentence.Text)),
            Language = "en",
        });

        Assert.Contains(AlignmentFlag.TextMismatch, answer.Flags);
    }

    [Fact]
    public async Task Align_TextFarTooLong_IsFlaggedAndStaysWithinTheClip()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);
        var request = Speech.With(it => it.Text = string.Join(' ', Enumerable.Repeat("one two three", 100)));

        var answer = await server.Client.AlignAsync(request);

        Assert.Equal(300, answer.Units.Count);
        Assert.Contains(AlignmentFlag.TextTooLong, answer.Flags);
        AssertSound(request, answer);
    }

    [Theory]
    [InlineData("over 300 s", "audio", "300.0005 s are more than 32 s")] // the bundled model's limit is the lower one
    [InlineData("over 32 s", "audio", "32.0009375 s are more than 32 s")]
    [InlineData("long WAV", "audio", "is longer than 32 s")]
    [InlineData("no audio", "audio", "is empty")]
    [InlineData("half a sample", "audio", "whole sample frames")]
    [InlineData("no samples", "audio", "holds no samples")]
    [InlineData("no recording", "audio", "WAV, MP3")]
    [InlineData("text too long", "text", "20001 bytes are more than 20000")]
    [InlineData("other language", "language", "Chinese (zh), English (en)")]
    [InlineData("no language", "language", "0 bytes are not in 1 to 64")]
    [InlineData("sample rate", "audio_format.sample_rate_hertz", "4000 is not in 8000 to 48000")]
    [InlineData("long model", "model", "129 bytes are more than 128")]
    [InlineData("request id", "client_request_id", "printable ASCII")]
    public async Task Align_BadValue_IsInvalidArgumentThatNamesIt(string which, string field, string says)
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.AlignAsync(Speech.With(it => Spoil(it, which))).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        var violation = Assert.Single(failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations);
        Assert.Equal(field, violation.Field);
        Assert.Contains(says, violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Align_TextThatDoesNotFitBesideTheAudio_IsInvalidArgument()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone, "Asr:Engine:MaxKvBytes=1048576");
        var request = Speech.With(it => it.Text = string.Join(' ', Enumerable.Repeat("Redis", 3000)));

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.AlignAsync(request).ResponseAsync);

        Assert.Equal("text", failure.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
    }

    [Fact]
    public async Task Align_UnknownModel_IsNotFound()
    {
        await using var server = await AlignerServer.StartAsync(Place.Alone);

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.AlignAsync(Speech.With(it => it.Model = "other")).ResponseAsync);

        Assert.Equal((StatusCode.NotFound, "MODEL_UNKNOWN"), (failure.StatusCode, failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason));
    }

    [Theory, InlineData(Place.Alone), InlineData(Place.Hosted)]
    public async Task Align_MessagesUpTo12MiB_AreTakenAndNoLargerOnes(Place place)
    {
        const int Limit = 12 * 1024 * 1024;
        await using var server = await AlignerServer.StartAsync(place);
        var request = new AlignRequest { Language = "en", Audio = ByteString.CopyFrom(new byte[Limit - 1024]) };

        var taken = await Assert.ThrowsAsync<RpcException>(() => server.Client.AlignAsync(request).ResponseAsync);
        request.Audio = ByteString.CopyFrom(new byte[Limit]);
        var refused = await Assert.ThrowsAsync<RpcException>(() => server.Client.AlignAsync(request).ResponseAsync);

        Assert.Equal((StatusCode.InvalidArgument, StatusCode.ResourceExhausted), (taken.StatusCode, refused.StatusCode));
    }

    private static void Spoil(AlignRequest request, string which)
    {
        _ = which switch
        {
            "over 300 s" => request.Audio = Speech.Silence(300 + 8 / 16_000.0),
            "over 32 s" => request.Audio = Speech.Silence(32 + 15 / 16_000.0),
            "long WAV" => request.Audio = ByteString.CopyFrom(WavWriter.Write(new float[(32 * 16_000) + 1], 16_000)),
            "no audio" => request.Audio = ByteString.Empty,
            "half a sample" => request.Audio = ByteString.CopyFrom(new byte[321]),
            "no samples" => request.Audio = ByteString.CopyFrom(WavWriter.Write([], 16_000)),
            "no recording" => request.Audio = ByteString.CopyFromUtf8("What is said, and not a recording of it."),
            "text too long" => (object)(request.Text = new string('a', 20_001)),
            "other language" => request.Language = "ar",
            "no language" => request.Language = "",
            "sample rate" => request.AudioFormat = new AudioFormat { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = 4000 },
            "long model" => request.Model = new string('m', 129),
            _ => request.ClientRequestId = "a\nb",
        };
        if (which is "long WAV" or "no samples" or "no recording") request.AudioFormat = null;
    }

    private static void AssertSound(AlignRequest request, AlignResponse answer)
    {
        var last = TimeSpan.Zero;
        foreach (var unit in answer.Units)
        {
            var (start, end) = (unit.Start.ToTimeSpan(), unit.End.ToTimeSpan());
            Assert.True(start >= last && end > start, $"{request.Text}: {unit}");
            Assert.InRange(unit.Probability, 0, 1);
            last = end;
        }
        Assert.True(last <= answer.AudioDuration.ToTimeSpan());
        Assert.NotEmpty(answer.Units);
    }

    private static float[] Decode(ByteString audio)
    {
        var samples = new float[audio.Length / 2];
        Audio.PcmDecoder.Decode(Audio.SampleEncoding.S16, audio.Span, samples);
        return samples;
    }
}

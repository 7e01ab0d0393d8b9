using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Service;
using Grpc.Core;
using EventCase = AsrService.Contracts.V1.StreamingTranscribeResponse.EventOneofCase;

namespace AsrService.EndToEnd.Tests;

[Trait("Category", "EndToEnd")]
public class LiveTests(DefaultService service) : IClassFixture<DefaultService>
{
    private static readonly TimeSpan FiveTimesAsFast = TimeSpan.FromMilliseconds(20);

    /// <summary>Each encoding at 16 kHz and each usual rate, shared out between the two clients.</summary>
    public static TheoryData<Runtime, AudioEncoding, int> Formats => new()
    {
        { Runtime.GrpcJs, AudioEncoding.PcmF32Le, 16_000 },
        { Runtime.Grpcio, AudioEncoding.PcmF32Le, 48_000 },
        { Runtime.GrpcJs, AudioEncoding.Mulaw, 8_000 },
        { Runtime.Grpcio, AudioEncoding.Mulaw, 16_000 },
        { Runtime.GrpcJs, AudioEncoding.Alaw, 16_000 },
        { Runtime.Grpcio, AudioEncoding.Alaw, 8_000 },
        { Runtime.GrpcJs, AudioEncoding.PcmS16Le, 22_050 },
        { Runtime.Grpcio, AudioEncoding.PcmS16Le, 22_050 },
        { Runtime.GrpcJs, AudioEncoding.PcmS16Le, 24_000 },
        { Runtime.Grpcio, AudioEncoding.PcmS16Le, 24_000 },
        { Runtime.GrpcJs, AudioEncoding.PcmS16Le, 44_100 },
        { Runtime.Grpcio, AudioEncoding.PcmS16Le, 44_100 },
        { Runtime.GrpcJs, AudioEncoding.PcmS16Le, 48_000 },
        { Runtime.Grpcio, AudioEncoding.PcmS16Le, 8_000 },
    };

    [Theory]
    [InlineData(Runtime.GrpcJs, "interview-en", "en")]
    [InlineData(Runtime.GrpcJs, "interview-zh-en", "zh")]
    [InlineData(Runtime.Grpcio, "interview-en", "en")]
    [InlineData(Runtime.Grpcio, "interview-zh-en", "zh")]
    public async Task StreamingTranscribe_PacedSample_IsAsTheContractSays(Runtime runtime, string sample, string language)
    {
        var clip = service.Clips.Sample(sample);
        var expected = await service.Reference.OfAsync(clip);

        var outcome = await service.RunAsync(
            runtime, CallScript.Live(clip.Config()).Audio(clip, interval: FiveTimesAsFast).End());

        Assert.Equal(StatusCode.OK, outcome.Code);
        Assert.Equal(expected, Heard.Of(outcome.Finals));
        AssertGreeting(outcome, clip.Format);
        SessionRules.AssertKept(outcome);
        Assert.Contains(outcome.Finals, final => final.Language.Tag == language);
        Assert.Contains(outcome.Live, one => one.Result is { IsFinal: false, StableText: not "" });
        Assert.Contains(outcome.Live, one => one.Result is { IsFinal: false, TentativeText: not "" });
        Assert.Contains(outcome.Live, one => one.EventCase == EventCase.Flow);
        Assert.Contains(outcome.Live, one => one.EventCase == EventCase.Speech);
        Assert.Equal(EndReason.AudioCompleted, outcome.Ended!.Reason);
        Assert.Equal(clip.Seconds, outcome.Ended.Totals.Audio.ToTimeSpan().TotalSeconds, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task StreamingTranscribe_Format_IsHeard(Runtime runtime, AudioEncoding encoding, int rate)
    {
        var clip = service.Clips.Convert(service.Clips.Cut("interview-en", 0, 8), encoding, rate);
        var expected = await service.Reference.OfAsync(clip);

        var outcome = await service.RunAsync(runtime, clip.Script());

        Assert.Equal(StatusCode.OK, outcome.Code);
        Assert.Equal(expected, Heard.Of(outcome.Finals));
        Assert.Contains("experience", string.Concat(expected.Select(one => one.Text)), StringComparison.Ordinal);
        Assert.Equal(rate != 16_000, outcome.Live.Any(one => one.Warning?.Code == WarningCode.Resampled));
        SessionRules.AssertKept(outcome);
    }

    [Theory]
    [InlineData(Runtime.GrpcJs)]
    [InlineData(Runtime.Grpcio)]
    public async Task StreamingTranscribe_Stereo_IsLabelledByChannel(Runtime runtime)
    {
        var clip = service.Clips.Cut("call-en-stereo-8k", 0, 12);
        var expected = await service.Reference.OfAsync(clip);

        var outcome = await service.RunAsync(runtime, clip.Script());

        Assert.Equal(StatusCode.OK, outcome.Code);
        Assert.Equal(expected, Heard.Of(outcome.Finals));
        Assert.Equal([0u, 1u], expected.Select(one => one.Channel).Distinct());
        SessionRules.AssertKept(outcome);
    }

    [Theory]
    [InlineData(Runtime.GrpcJs)]
    [InlineData(Runtime.Grpcio)]
    public async Task StreamingTranscribe_SilenceMessages_AreZeros(Runtime runtime)
    {
        var clip = service.Clips.Short;
        var expected = await service.Reference.OfAsync(service.Clips.Join("silence", clip, 3, clip));
        var script = CallScript.Live(clip.Config())
            .Audio(clip)
            .Send([Silence(TimeSpan.FromSeconds(2.5)), Silence(TimeSpan.FromSeconds(0.5))])
            .Audio(clip)
            .End();

        var outcome = await service.RunAsync(runtime, script);

        Assert.Equal(StatusCode.OK, outcome.Code);
        Assert.Equal(expected, Heard.Of(outcome.Finals));
        SessionRules.AssertKept(outcome);

        static StreamingTranscribeRequest Silence(TimeSpan duration) =>
            new() { Silence = new() { Duration = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(duration) } };
    }

    private static void AssertGreeting(CallOutcome outcome, AudioFormat format)
    {
        var started = outcome.Live[0].Started;
        var effective = started.EffectiveConfig;
        Assert.Equal(format, effective.AudioFormat);
        Assert.Equal(WordTimes.AlignedPreferred, effective.Recognition.WordTimes);
        Assert.Equal(LanguageMode.Detect, effective.Recognition.Language.Mode);
        Assert.Equal(TimeSpan.FromMilliseconds(500), effective.Interim.Interval.ToTimeSpan());
        Assert.Equal(2u, effective.Interim.Agreement);
        Assert.Equal(EndpointingMode.Server, effective.Endpointing.Mode);
        Assert.Equal(TimeSpan.FromSeconds(30), effective.Endpointing.MaxSegment.ToTimeSpan());
        Assert.Equal(65_536u, started.Limits.MaxAudioMessageBytes);
        Assert.True(started.Model.IsDemonstration);
        Assert.StartsWith("A demonstration model", started.Model.Notice, StringComparison.Ordinal);
        Assert.Equal(effective.Recognition.Model, started.Model.Name);
    }
}

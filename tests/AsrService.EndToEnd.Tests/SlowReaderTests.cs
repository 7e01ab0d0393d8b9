using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Recordings;
using AsrService.EndToEnd.Tests.Service;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests;

/// <summary>Callers who send on and do not read what they get.</summary>
[Trait("Category", "EndToEnd")]
public class SlowReaderTests(PatientService patient, ImpatientService impatient)
    : IClassFixture<PatientService>, IClassFixture<ImpatientService>
{
    private const string Reading = "reading";

    private static readonly string[] Spoken = ["interview-en", "interview-zh-en", "meeting-en", "call-en", "numbers-en"];

    public static TheoryData<Runtime> Runtimes => [Runtime.GrpcJs, Runtime.Grpcio];

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_ReadsAgainTooLate_GetsWhatWasSentAndTheReason(Runtime runtime)
    {
        var clip = Burst(patient, TimeSpan.FromMinutes(10));
        var call = await StartAsync(patient, runtime, clip);

        await Capacity.AssertComesFreeAsync(patient, runtime, PatientService.Channels);
        await call.ReleaseAsync(Reading);
        var outcome = await call.EndAsync();

        Assert.True((outcome.Code, outcome.Reason) == (StatusCode.Aborted, "SLOW_READER"), $"{outcome}");
        Assert.Null(outcome.Ended);
        var everything = await patient.RunAsync(runtime, clip.Script(Config(clip)));
        Assert.Equal(StatusCode.OK, everything.Code);
        var heard = Heard.Of(outcome.Finals);
        Assert.NotEmpty(heard);
        Assert.Equal(Heard.Of(everything.Finals)[..heard.Length], heard);
    }

    /// <summary>Those who send on, and those who have fallen silent when the finals are too many.</summary>
    [Theory]
    [InlineData(Runtime.GrpcJs, 10)]
    [InlineData(Runtime.GrpcJs, 5)]
    [InlineData(Runtime.Grpcio, 10)]
    [InlineData(Runtime.Grpcio, 5)]
    public async Task StreamingTranscribe_NeverReadsAgain_ItsPlaceIsFreedAndItsStreamReset(Runtime runtime, int minutes)
    {
        var clip = Burst(impatient, TimeSpan.FromMinutes(minutes));
        var calls = new ForeignCall[PatientService.Channels];
        for (int i = 0; i < calls.Length; i++) calls[i] = await StartAsync(impatient, runtime, clip);

        foreach (var call in calls)
        {
            var outcome = await call.EndAsync();
            Assert.True(outcome.Code == StatusCode.Cancelled, $"{outcome}"); // of RST_STREAM
        }

        await Capacity.AssertComesFreeAsync(impatient, runtime, PatientService.Channels);
    }

    /// <summary>A call that has its place, sends a clip as fast as it can and reads nothing until told to.</summary>
    private static async Task<ForeignCall> StartAsync(ServiceFixture service, Runtime runtime, Clip clip)
    {
        var script = new CallScript(CallScript.Transcriber, "StreamingTranscribe")
        {
            HasOwnConnection = true,
            Options = new() { ["grpc-node.flow_control_window"] = 65_535, ["grpc.http2.bdp_probe"] = 0 },
        };
        script.Send(new StreamingTranscribeRequest { Config = Config(clip) }).Await("started").Pause(Reading)
            .Hold("started").Audio(clip);
        var call = await service.StartAsync(runtime, script);
        await call.ReachedAsync("started");
        await call.ReleaseAsync("started");
        return call;
    }

    private static Clip Burst(ServiceFixture service, TimeSpan length) => service.Clips.Repeat($"burst-{length}", Spoken, length);

    /// <summary>Many short segments.</summary>
    private static StreamingConfig Config(Clip clip)
    {
        var config = clip.Config();
        config.Interim = new() { Disabled = true };
        config.Endpointing = new() { MinSilence = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)) };
        return config;
    }
}

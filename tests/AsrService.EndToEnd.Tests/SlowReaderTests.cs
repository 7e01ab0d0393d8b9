using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Service;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests;

/// <summary>Callers who send and do not read what they get.</summary>
[Trait("Category", "EndToEnd")]
public class SlowReaderTests(SlowReaderService service) : IClassFixture<SlowReaderService>
{
    private const string Reading = "reading";

    /// <summary>Finals that neither the connection and the client, nor the server hold: those are some hundred, and 256.</summary>
    private const int TooMany = 1000;

    /// <summary>Finals that the connection and the client do not hold.</summary>
    private const int Many = 300;

    public static TheoryData<Runtime> Runtimes => [Runtime.GrpcJs, Runtime.Grpcio];

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_SendsOn_ReadsTheReasonAndResumes(Runtime runtime)
    {
        var call = await service.StartAsync(runtime, Script(TooMany));

        await service.OneMoreIsGivenUpAsync();
        await call.ReleaseAsync(Reading);

        await AssertResumesAsync(runtime, await call.EndAsync());
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_HalfClosed_ReadsTheReasonAndResumes(Runtime runtime)
    {
        var call = await service.StartAsync(runtime, Script(Many).End());

        await service.OneMoreIsGivenUpAsync(); // with the idle limit
        await call.ReleaseAsync(Reading);

        await AssertResumesAsync(runtime, await call.EndAsync());
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_NeverReads_ItsStreamIsReset(Runtime runtime)
    {
        var call = await service.StartAsync(runtime, Script(TooMany));

        await service.OneMoreIsGivenUpAsync();
        var outcome = await call.EndAsync();

        Assert.True(outcome.Code == StatusCode.Cancelled, $"{outcome}"); // RST_STREAM with CANCEL
    }

    /// <summary>Says a word over and over, each time a final, and reads nothing behind <c>started</c> until told to.</summary>
    private CallScript Script(int finals)
    {
        var word = service.Clips.Cut("interview-en", 1, 1.6);
        var script = new CallScript(CallScript.Transcriber, nameof(TranscriberMethod.StreamingTranscribe))
        {
            HasOwnConnection = true,
            Options = new() { ["grpc-node.flow_control_window"] = 65_535, ["grpc.http2.bdp_probe"] = 0 },
        };
        script.Send(new StreamingTranscribeRequest { Config = Config }).Await("started").Pause(Reading);
        for (int i = 0; i < finals; i++)
            script.Audio(word).Send(new StreamingTranscribeRequest { Control = new() { Finalize = new() } });
        return script;
    }

    private StreamingConfig Config
    {
        get
        {
            var config = service.Clips.Sample("interview-en").Config();
            config.Interim = new() { Disabled = true };
            return config;
        }
    }

    private async Task AssertResumesAsync(Runtime runtime, CallOutcome outcome)
    {
        Assert.True((outcome.Code, outcome.Reason) == (StatusCode.Aborted, "SLOW_READER"), $"{outcome}");
        Assert.Null(outcome.Ended);
        Assert.NotEmpty(outcome.Finals); // what was sent before
        var resume = new Resume
        {
            SessionId = outcome.Live[0].SessionId,
            ResumeToken = ByteString.FromBase64(outcome.Detail<ErrorInfo>()!.Metadata["resume_token"]),
            Config = Config,
        };

        var resumed = await service.RunAsync(runtime, CallScript.Live().Send(new StreamingTranscribeRequest { Resume = resume }).End());

        Assert.True(resumed.Code == StatusCode.OK, $"{resumed}");
        Assert.Equal(resume.SessionId, resumed.Live[0].SessionId);
        Assert.True(resumed.Live[0].Started.Resumed);
        var last = outcome.Finals[^1].End.ToTimeSpan();
        Assert.True(resumed.Live[0].Cursors.Final.ToTimeSpan() >= last, $"a final that ends at {last} is asked for again");
    }
}

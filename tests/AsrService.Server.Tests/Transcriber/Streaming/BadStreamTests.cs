using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AsrService.Server.Tests.Transcriber.Streaming;

/// <summary>Every live request that is refused, over loopback HTTP/2, beside a stream that must not notice.</summary>
[Trait("Category", "EndToEnd")]
public class BadStreamTests
{
    private static readonly byte[] Speech = Clips.Interview(6);

    public static TheoryData<string, StatusCode, string?> BadInputs => new()
    {
        { "audio before config", StatusCode.FailedPrecondition, "MESSAGE_ORDER" },
        { "config twice", StatusCode.FailedPrecondition, "MESSAGE_ORDER" },
        { "nothing", StatusCode.FailedPrecondition, "MESSAGE_ORDER" },
        { "resume", StatusCode.NotFound, "TOKEN_INVALID" },
        { "empty message", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "empty control", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "odd byte count", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "audio over 64 KiB", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "message over 4 MiB", StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE" },
        { "wrong rate", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "unknown language", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "unknown model", StatusCode.NotFound, "MODEL_UNKNOWN" },
        { "aligned times required", StatusCode.FailedPrecondition, "WORD_TIMES" },
        { "gap", StatusCode.OutOfRange, "SEQUENCE_GAP" },
        { "silence of nothing", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "bad update", StatusCode.InvalidArgument, "BAD_VALUE" },
    };

    [Fact]
    public async Task BadInput_OfEveryKind_HasItsStatusAndHarmsNobody()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Aligner:Disabled=true");
        var alone = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        Assert.NotEmpty(alone.Finals);

        foreach (var row in BadInputs)
        {
            var (name, code, reason) = row.Data;
            var innocent = LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
            var bad = await LiveCall.RunAsync(server.Client, Requests(name));

            Assert.True(code == bad.Code, $"{name}: {bad.Status}");
            Assert.True(reason == bad.Reason, $"{name}: {bad.Status}");
            Assert.Null(bad.Ended);
            var beside = await innocent;
            Assert.True(alone.Words.SequenceEqual(beside.Words), $"{name}: {string.Join("; ", beside.Words)}");
        }

        Assert.Empty(server.Errors.Lines);
        Assert.Equal(0, server.Engine.Health.Channels);
    }

    private static StreamingTranscribeRequest[] Requests(string name) => name switch
    {
        "audio before config" => [LiveCall.Audio(new byte[320])],
        "config twice" => [LiveCall.Start, LiveCall.Audio(new byte[320]), LiveCall.Start],
        "nothing" => [],
        "resume" => [new() { Resume = new Resume { SessionId = "x", Config = LiveCall.Config } }],
        "empty message" => [LiveCall.Start, new()],
        "empty control" => [LiveCall.Start, new() { Control = new Control() }],
        "odd byte count" => [LiveCall.Start, LiveCall.Audio(new byte[321])],
        "audio over 64 KiB" => [LiveCall.Start, LiveCall.Audio(new byte[65_538])],
        "message over 4 MiB" => [LiveCall.Start, LiveCall.Audio(new byte[(4 << 20) + 2])],
        "wrong rate" => [With(config => config.AudioFormat.SampleRateHertz = 7_000)],
        "unknown language" => [With(config => config.Recognition.Language = new() { Languages = { "Klingon" } })],
        "unknown model" => [With(config => config.Recognition.Model = "other")],
        "aligned times required" => [With(config => config.Recognition.WordTimes = WordTimes.AlignedRequired)],
        "gap" => [LiveCall.Start, LiveCall.Audio(new byte[320], 0), LiveCall.Audio(new byte[320], 161)],
        "silence of nothing" => [LiveCall.Start, new() { Silence = new Silence { Duration = new Duration() } }],
        "bad update" =>
        [
            LiveCall.Start, new() { Control = new Control { Update = new ConfigUpdate { Biasing = new Biasing { Terms = { "" } } } } },
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such input."),
    };

    private static StreamingTranscribeRequest With(Action<StreamingConfig> change)
    {
        var config = LiveCall.Config;
        config.Recognition = new RecognitionOptions();
        change(config);
        return new() { Config = config };
    }
}

using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Request = AsrService.Contracts.V1.StreamingTranscribeRequest;

namespace AsrService.EndToEnd.Tests;

/// <summary>A call that must be refused, and how.</summary>
/// <param name="Script">The call.</param>
/// <param name="Code">Its status.</param>
/// <param name="Reason">Of ErrorInfo.</param>
/// <param name="Fields">Of BadRequest, in order.</param>
internal sealed record BadCall(CallScript Script, StatusCode Code, string Reason, params string[] Fields)
{
    /// <summary>What else the outcome must have.</summary>
    public Action<CallOutcome> Check { get; init; } = _ => { };
}

/// <summary>Calls that must be refused, by name.</summary>
internal static class BadCalls
{
    private static readonly Dictionary<string, Func<BadCall>> All = new()
    {
        ["config twice"] = () => Order(Started().Send(new Request { Config = Config() })),
        ["resume second"] = () => Order(Started().Send(new Request { Resume = new() })),
        ["audio first"] = () => Order(CallScript.Live().Send(Audio(new byte[3200]))),
        ["nothing but the end"] = () => Order(CallScript.Live().End()),
        ["empty request"] = () => Value(CallScript.Live().Send(new Request()), "request"),
        ["empty request later"] = () => Value(Started().Send(new Request()), "request"),
        ["empty control"] = () => Value(Started().Send(new Request { Control = new() }), "control"),

        ["no format"] = () => Value(CallScript.Live(new StreamingConfig()), "config.audio_format"),
        ["rate too low"] = () => Format(format => format.SampleRateHertz = 7_999, "sample_rate_hertz"),
        ["rate too high"] = () => Format(format => format.SampleRateHertz = 48_001, "sample_rate_hertz"),
        ["nine channels"] = () => Format(format => format.Channels = 9, "channels"),
        ["unknown encoding"] = () => Format(format => format.Encoding = (AudioEncoding)99, "encoding"),
        ["container live"] = () => Format(format => format.Encoding = AudioEncoding.Container, "encoding"),
        ["unknown language"] = () => Configured(
            config => config.Recognition = new() { Language = new() { Languages = { "xx" } } },
            "config.recognition.language.languages[0]") with
        {
            Check = outcome => Assert.Contains("English (en)", Description(outcome), StringComparison.Ordinal),
        },
        ["two languages forced"] = () => Configured(
            config => config.Recognition = new() { Language = new() { Languages = { "en", "zh" }, Mode = LanguageMode.Force } },
            "config.recognition.language.mode"),
        ["interval too short"] = () => Configured(
            config => config.Interim = new() { Interval = Seconds(0.2) }, "config.interim.interval"),
        ["several values"] = () => Configured(
            config =>
            {
                config.AudioFormat.SampleRateHertz = 100;
                config.AudioFormat.Channels = 9;
                config.Interim = new() { Agreement = 9 };
                config.Endpointing = new() { MinSilence = Seconds(10) };
            },
            "config.audio_format.sample_rate_hertz", "config.audio_format.channels", "config.interim.agreement",
            "config.endpointing.min_silence"),
        ["bad update"] = () => Value(
            Started().Send(new Request { Control = new() { Update = new() { Endpointing = new() { MaxSegment = Seconds(9) } } } }),
            "control.update.endpointing.max_segment"),

        ["odd byte count"] = () => Value(Started().Send(Audio(new byte[3])), "audio.data"),
        ["oversize audio"] = () => Value(Started().Send(Audio(new byte[65_537])), "audio.data") with
        {
            Check = outcome => Assert.Equal("65537 bytes are more than 65536.", Description(outcome)),
        },
        ["oversize message"] = () => new(
            Started().Send(Audio(new byte[4 * 1024 * 1024])), StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"),
        ["not a number"] = () => Value(
            Started(AudioEncoding.PcmF32Le).Send(Audio(BitConverter.GetBytes(float.NaN))), "audio.data"),
        ["gap"] = () => new(
            Started().Send(Audio(new byte[3200], 0)).Send(Audio(new byte[3200], 1601)), StatusCode.OutOfRange, "SEQUENCE_GAP")
        {
            Check = outcome => Assert.Equal("1600", outcome.Detail<ErrorInfo>()!.Metadata["expected_sequence"]),
        },
        ["no silence"] = () => Silence(Seconds(0)),
        ["negative silence"] = () => Silence(Seconds(-1)),
        ["too much silence"] = () => Silence(new() { Seconds = 30, Nanos = 1 }),

        ["unknown model"] = () => new(
            With(config => config.Recognition = new() { Model = "no-such-model" }), StatusCode.NotFound, "MODEL_UNKNOWN")
        {
            Check = outcome => Assert.StartsWith(
                "demo-asr", outcome.Detail<ErrorInfo>()!.Metadata["models"], StringComparison.Ordinal),
        },
        ["resume"] = () => new(
            CallScript.Live().Send(new Request { Resume = new() { SessionId = "a", ResumeToken = ByteString.CopyFrom(1) } }),
            StatusCode.NotFound, "TOKEN_INVALID"),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static BadCall Get(string name) => All[name]();

    private static StreamingConfig Config(AudioEncoding encoding = AudioEncoding.PcmS16Le) =>
        new() { AudioFormat = new() { Encoding = encoding, SampleRateHertz = 16_000 } };

    private static CallScript Started(AudioEncoding encoding = AudioEncoding.PcmS16Le) =>
        CallScript.Live(Config(encoding)).Await("started");

    private static CallScript With(Action<StreamingConfig> change)
    {
        var config = Config();
        change(config);
        return CallScript.Live(config);
    }

    private static BadCall Value(CallScript script, params string[] fields) =>
        new(script, StatusCode.InvalidArgument, "BAD_VALUE", fields);

    private static BadCall Configured(Action<StreamingConfig> change, params string[] fields) => Value(With(change), fields);

    private static BadCall Format(Action<AudioFormat> change, string field) =>
        Configured(config => change(config.AudioFormat), "config.audio_format." + field);

    private static BadCall Silence(Duration duration) =>
        Value(Started().Send(new Request { Silence = new() { Duration = duration } }), "silence.duration");

    private static BadCall Order(CallScript script) => Unmet(script, "MESSAGE_ORDER", "request");

    private static BadCall Unmet(CallScript script, string reason, string subject) =>
        new(script, StatusCode.FailedPrecondition, reason)
        {
            Check = outcome =>
            {
                var violation = Assert.Single(outcome.Detail<PreconditionFailure>()!.Violations);
                Assert.Equal((reason, subject), (violation.Type, violation.Subject));
            },
        };

    private static Request Audio(byte[] bytes, ulong? sequence = null)
    {
        var chunk = new AudioChunk { Data = ByteString.CopyFrom(bytes) };
        if (sequence is { } first) chunk.Sequence = first;
        return new() { Audio = chunk };
    }

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));

    private static string Description(CallOutcome outcome) => outcome.Detail<BadRequest>()!.FieldViolations[0].Description;
}

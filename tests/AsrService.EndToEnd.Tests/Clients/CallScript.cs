using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Recordings;
using Google.Protobuf;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>A call as a foreign client is to make it: tests/endtoend/README.md has the steps.</summary>
internal sealed class CallScript(string service, string method)
{
    public const string Transcriber = "asr.v1.Transcriber";

    private readonly List<Dictionary<string, object>> _steps = [];

    public string Service => service;

    public string Method => method;

    public IReadOnlyList<IReadOnlyDictionary<string, object>> Steps => _steps;

    /// <summary>None where null.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether the call has a connection of its own.</summary>
    public bool HasOwnConnection { get; init; }

    /// <summary>Options of the channel, by the names of its runtime.</summary>
    public Dictionary<string, int> Options { get; init; } = [];

    /// <summary>Headers of the call.</summary>
    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>PEM files by the names <c>ca</c>, <c>cert</c> and <c>key</c>; clear text without any.</summary>
    public Dictionary<string, string> Tls { get; init; } = [];

    /// <summary>A live session that begins with a config.</summary>
    public static CallScript Live(StreamingConfig config) => Live().Send(new StreamingTranscribeRequest { Config = config });

    /// <summary>A live session; nothing is sent yet.</summary>
    public static CallScript Live() => new(Transcriber, nameof(TranscriberMethod.StreamingTranscribe));

    public CallScript Send(IMessage message) => Add("send", message.ToByteString().ToBase64());

    public CallScript Send(IEnumerable<StreamingTranscribeRequest> messages)
    {
        foreach (var message in messages) Send(message);
        return this;
    }

    /// <summary>Sends a clip, or a part of it, in chunks of 100 ms.</summary>
    public CallScript Audio(Clip clip, double from = 0, double to = double.PositiveInfinity, TimeSpan interval = default)
    {
        var (start, count) = clip.Range(from, to);
        return File(clip.Path, "audio", [clip.BytesOf(0.1)], start, count, interval);
    }

    /// <summary>Sends bytes of a file in chunks of sizes that are used over and over.</summary>
    public CallScript File(string path, string kind, int[] sizes, long from, long count, TimeSpan interval = default)
    {
        _steps.Add(new()
        {
            ["file"] = path, ["kind"] = kind, ["sizes"] = sizes, ["from"] = from, ["count"] = count,
            ["interval_ms"] = (int)interval.TotalMilliseconds,
        });
        return this;
    }

    /// <summary>Waits for events of a name; <c>final</c> are results that are final.</summary>
    public CallScript Await(string name, int times = 1)
    {
        _steps.Add(new() { ["await"] = name, ["times"] = times });
        return this;
    }

    /// <summary>Tells the test that the call came so far, and waits until it is released.</summary>
    public CallScript Hold(string name) => Add("hold", name);

    /// <summary>Half-closes.</summary>
    public CallScript End() => Add("do", "end");

    public CallScript Cancel() => Add("do", "cancel");

    /// <summary>Reads no more.</summary>
    public CallScript Pause() => Add("do", "pause");

    /// <summary>Reads no more until a name is released, even while a later step waits.</summary>
    public CallScript Pause(string until)
    {
        _steps.Add(new() { ["do"] = "pause", ["until"] = until });
        return this;
    }

    public CallScript Resume() => Add("do", "resume");

    private CallScript Add(string key, object value)
    {
        _steps.Add(new() { [key] = value });
        return this;
    }
}

/// <summary>The methods of asr.v1.Transcriber.</summary>
internal enum TranscriberMethod
{
    StreamingTranscribe,
    Transcribe,
    TranscribeFile,
    GetCapabilities,
}

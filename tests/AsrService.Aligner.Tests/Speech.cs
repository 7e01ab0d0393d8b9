using System.Text.Json;
using AsrService.Audio;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Google.Protobuf;

namespace AsrService.Aligner.Tests;

/// <summary>Sentences of the sample recordings, and what is said in them.</summary>
internal static class Speech
{
    private const int Rate = 16_000;

    /// <summary>16 kHz mono, 16 bits.</summary>
    public static AudioFormat Raw { get; } = new() { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = Rate, Channels = 1 };

    /// <summary>The first sentence of the interview in English.</summary>
    public static AlignRequest First { get; } = Of("interview-en", "en")[0];

    /// <summary>A request for every sentence of a recording, with raw samples.</summary>
    public static IReadOnlyList<AlignRequest> Of(string recording, string language)
    {
        float[] samples = Samples(recording);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Samples, recording + ".json")));
        return [.. json.RootElement.GetProperty("segments").EnumerateArray().Select(segment => new AlignRequest
        {
            AudioFormat = Raw,
            Audio = ByteString.CopyFrom(WavWriter.Encode(
                samples.AsSpan(At(segment, "start")..At(segment, "end")), SampleEncoding.S16)),
            Text = segment.GetProperty("text").GetString()!,
            Language = language,
        })];
    }

    public static float[] Samples(string recording)
    {
        using var reader = SpeechReader.Open(Path.Combine(RepositoryPaths.Samples, recording + ".wav"));
        return reader.ReadToEnd();
    }

    /// <summary>So many seconds of silence, raw.</summary>
    public static ByteString Silence(double seconds) => ByteString.CopyFrom(new byte[2 * (int)(seconds * Rate)]);

    public static AlignRequest With(Action<AlignRequest> change)
    {
        var request = First.Clone();
        change(request);
        return request;
    }

    /// <summary>A request as a segment of a stream.</summary>
    public static AlignSegment ToSegment(this AlignRequest request, string id) =>
        new() { SegmentId = id, Audio = request.Audio, Text = request.Text, Language = request.Language };

    private static int At(JsonElement segment, string name) => (int)Math.Round(segment.GetProperty(name).GetDouble() * Rate);
}

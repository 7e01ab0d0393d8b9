using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Output;

/// <summary>The documented JSON object of one file; names and units as in docs/cli.md.</summary>
internal sealed record TranscriptJson(
    string File, double DurationS, string Text, string Language, IReadOnlyList<SegmentJson> Segments,
    IReadOnlyList<int> TokenIds, TimingsJson Timings, double Rtf, string Model, string Weights, bool Truncated)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // transcripts stay readable; this is not embedded in HTML
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static TranscriptJson From(string file, RecordingTranscript transcript, RunFacts facts) => new(
        file,
        Round(transcript.Duration.TotalSeconds),
        transcript.Text,
        transcript.Language,
        [.. transcript.Segments.Select(SegmentJson.From)],
        [.. transcript.Segments.SelectMany(segment => segment.Result.TokenIds)],
        TimingsJson.From(transcript, facts),
        Math.Round(transcript.RealTimeFactor, 5),
        facts.Model,
        facts.WeightsName,
        transcript.IsTruncated);

    public string Serialize() => JsonSerializer.Serialize(this, Options);

    internal static double Round(double value) => Math.Round(value, 3);
}

internal sealed record SegmentJson(
    double StartS, double EndS, string Text, string Language, IReadOnlyList<int> PromptIds, IReadOnlyList<int> TokenIds,
    IReadOnlyList<float> TokenProbabilities, IReadOnlyList<string> Remarks)
{
    public static SegmentJson From(TranscribedSegment segment) => new(
        TranscriptJson.Round(segment.Start.TotalSeconds),
        TranscriptJson.Round(segment.End.TotalSeconds),
        segment.Result.Text,
        segment.Result.Language,
        segment.Result.PromptIds,
        segment.Result.TokenIds,
        segment.Result.TokenProbabilities,
        [.. Enum.GetValues<SegmentRemarks>()
            .Where(remark => remark != SegmentRemarks.None && segment.Result.Remarks.HasFlag(remark))
            .Select(remark => JsonNamingPolicy.SnakeCaseLower.ConvertName(remark.ToString()))]);
}

internal sealed record TimingsJson(
    double LoadMs, double MelMs, double EncoderMs, double PrefillMs, double DecodeMs, double TotalMs)
{
    public static TimingsJson From(RecordingTranscript transcript, RunFacts facts) => new(
        TranscriptJson.Round(facts.LoadTime.TotalMilliseconds),
        TranscriptJson.Round(transcript.Times.Mel.TotalMilliseconds),
        TranscriptJson.Round(transcript.Times.Encoder.TotalMilliseconds),
        TranscriptJson.Round(transcript.Times.Prefill.TotalMilliseconds),
        TranscriptJson.Round(transcript.Times.Decode.TotalMilliseconds),
        TranscriptJson.Round(transcript.Elapsed.TotalMilliseconds));
}

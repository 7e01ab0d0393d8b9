using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Output;

/// <summary>The documented JSON object of one file; names and units as in docs/cli.md.</summary>
/// <remarks>What a service does not tell is null, and left out.</remarks>
internal sealed record TranscriptJson(
    string File, double DurationS, string Text, string Language, IReadOnlyList<SegmentJson> Segments,
    IReadOnlyList<int>? TokenIds, TimingsJson? Timings, double? Rtf, string Model, string? Weights, bool Truncated)
{
    public static TranscriptJson From(string file, RecordingTranscript transcript, RunFacts facts) => new(
        file,
        JsonLine.Seconds(transcript.Duration),
        transcript.Text,
        transcript.Language,
        [.. transcript.Segments.Select(SegmentJson.From)],
        [.. transcript.Segments.SelectMany(segment => segment.Result.TokenIds)],
        TimingsJson.From(transcript.Times, transcript.Elapsed, facts),
        Math.Round(transcript.RealTimeFactor, 5),
        facts.Model,
        facts.WeightsName,
        transcript.IsTruncated);
}

internal sealed record TimingsJson(
    double LoadMs, double MelMs, double EncoderMs, double PrefillMs, double DecodeMs, double TotalMs)
{
    public static TimingsJson From(StageTimes times, TimeSpan elapsed, RunFacts facts) => new(
        Round(facts.LoadTime), Round(times.Mel), Round(times.Encoder), Round(times.Prefill), Round(times.Decode),
        Round(elapsed));

    private static double Round(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}

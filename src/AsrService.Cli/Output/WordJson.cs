using AsrService.Contracts.V1;
using AsrService.Engine.Transcripts;

namespace AsrService.Cli.Output;

/// <summary>A word of a segment or result.</summary>
internal sealed record WordJson(string Text, double StartS, double EndS, double? Confidence, string Timing, bool? IsStable)
{
    /// <summary>As a service sends it.</summary>
    /// <param name="word">The word.</param>
    /// <param name="hasStability">Whether it may be tentative.</param>
    public static WordJson From(Word word, bool hasStability) => new(
        word.Text,
        JsonLine.Seconds(word.Start?.ToTimeSpan() ?? default),
        JsonLine.Seconds(word.End?.ToTimeSpan() ?? default),
        JsonLine.Probability(word.HasConfidence ? word.Confidence : null),
        word.Timing == WordTiming.Aligned ? "aligned" : "estimated",
        hasStability ? word.IsStable : null);

    /// <summary>As the engine estimates it.</summary>
    public static WordJson From(TranscriptWord word) => new(
        word.Text, JsonLine.Seconds(word.Start), JsonLine.Seconds(word.End), JsonLine.Probability(word.Confidence),
        "estimated", null);
}

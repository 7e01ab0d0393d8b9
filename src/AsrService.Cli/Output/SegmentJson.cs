using AsrService.Contracts.V1;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;
using AsrService.Engine.Sessions;

namespace AsrService.Cli.Output;

/// <summary>A segment of a file's JSON object; what its origin does not know is null, and left out.</summary>
internal sealed record SegmentJson(
    double StartS, double EndS, uint? Channel, string Text, string Language, double? Confidence,
    IReadOnlyList<WordJson>? Words, IReadOnlyList<int>? PromptIds, IReadOnlyList<int>? TokenIds,
    IReadOnlyList<float>? TokenProbabilities, IReadOnlyList<string> Remarks)
{
    /// <summary>A piece cut offline in this process.</summary>
    public static SegmentJson From(TranscribedSegment segment) => new(
        JsonLine.Seconds(segment.Start), JsonLine.Seconds(segment.End), null, segment.Result.Text,
        segment.Result.Language, null, null, segment.Result.PromptIds, segment.Result.TokenIds,
        segment.Result.TokenProbabilities, NamesOf(segment.Result.Remarks));

    /// <summary>A live segment recognized in this process.</summary>
    public static SegmentJson From(FileSegment segment) => new(
        JsonLine.Seconds(segment.Start), JsonLine.Seconds(segment.End), (uint)segment.Channel, segment.Result.Text,
        segment.Language?.Name ?? segment.Result.Language, JsonLine.Probability(segment.Confidence),
        [.. segment.Words.Select(WordJson.From)], segment.Result.PromptIds, segment.Result.TokenIds,
        segment.Result.TokenProbabilities, NamesOf(segment.Result.Remarks));

    /// <summary>As a service tells it.</summary>
    public static SegmentJson From(Segment segment) => new(
        JsonLine.Seconds(segment.Start?.ToTimeSpan() ?? default), JsonLine.Seconds(segment.End?.ToTimeSpan() ?? default),
        segment.Channel, segment.Text, segment.Language?.Name ?? "",
        JsonLine.Probability(segment.HasConfidence ? segment.Confidence : null),
        [.. segment.Words.Select(word => WordJson.From(word, hasStability: false))], null, null, null,
        [.. segment.QualityFlags.Select(NameOf)]);

    /// <summary>Of the remark that says that the token budget ended the text.</summary>
    public static string Truncated { get; } = JsonLine.Name(SegmentRemarks.Truncated);

    private static List<string> NamesOf(SegmentRemarks remarks) =>
    [
        .. Enum.GetValues<SegmentRemarks>()
            .Where(remark => remark != SegmentRemarks.None && remarks.HasFlag(remark))
            .Select(JsonLine.Name),
    ];

    /// <summary>The same words for the same remarks, whoever makes them.</summary>
    private static string NameOf(QualityFlag flag) =>
        flag == QualityFlag.TokenBudget ? Truncated : JsonLine.Name(flag);
}

using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client;

/// <summary>The contract's messages as callers see them.</summary>
internal static class Answers
{
    public static TimeSpan Time(Duration? duration) => duration?.ToTimeSpan() ?? TimeSpan.Zero;

    public static Language? Of(V1.Language? language) => language is null
        ? null
        : new Language(language.Tag, language.Name, language.HasProbability ? language.Probability : null);

    public static Warning Of(V1.Warning warning) => new((WarningCode)warning.Code, warning.Message, warning.ResultId);

    public static ModelInfo Of(V1.ModelInfo? model) =>
        model is null ? new("", "", false, "") : new(model.Name, model.Revision, model.IsDemonstration, model.Notice);

    /// <param name="words">As they came.</param>
    /// <param name="offset">Of their clock in the caller's.</param>
    public static IReadOnlyList<Word> Of(IEnumerable<V1.Word> words, TimeSpan offset = default) =>
    [
        .. words.Select(word => new Word(
            word.Text, offset + Time(word.Start), offset + Time(word.End), word.HasConfidence ? word.Confidence : null,
            word.Timing == V1.WordTiming.Aligned, word.IsStable)),
    ];

    public static IReadOnlyList<QualityRemark> Of(IEnumerable<V1.QualityFlag> flags) => [.. flags.Select(flag => (QualityRemark)flag)];

    public static Transcript Of(V1.TranscribeResponse answer) => new(
        answer.Text, [.. answer.Segments.Select(Of)], Time(answer.AudioDuration), Of(answer.Model), [.. answer.Warnings.Select(Of)]);

    public static Alignment Of(V1.AlignResponse answer) => new(
        [.. answer.Units.Select(Of)], Time(answer.AudioDuration), Of(answer.Model),
        [.. answer.Flags.Select(flag => (AlignmentRemark)flag)]);

    /// <returns>Null for an event that this client does not know.</returns>
    public static FileEvent? Of(V1.TranscribeFileResponse answer) => answer.EventCase switch
    {
        V1.TranscribeFileResponse.EventOneofCase.Started => new FileStartedEvent(Of(answer.Started.Model)),
        V1.TranscribeFileResponse.EventOneofCase.Segment => new FileSegmentEvent(Of(answer.Segment)),
        V1.TranscribeFileResponse.EventOneofCase.Progress => Of(answer.Progress),
        V1.TranscribeFileResponse.EventOneofCase.Warning => new FileWarningEvent(Of(answer.Warning)),
        V1.TranscribeFileResponse.EventOneofCase.Completed =>
            new FileCompletedEvent(Time(answer.Completed.AudioDuration), (int)answer.Completed.Segments),
        _ => null,
    };

    private static FileProgressEvent Of(V1.FileProgress progress) => new(
        Time(progress.ReceivedAudio), Time(progress.ProcessedAudio), progress.HasFraction ? progress.Fraction : null,
        progress.Remaining?.ToTimeSpan());

    private static Segment Of(V1.Segment segment) => new(
        segment.SegmentId, segment.Text, Time(segment.Start), Time(segment.End), Of(segment.Words), Of(segment.Language),
        segment.HasConfidence ? segment.Confidence : null, (int)segment.Channel, Of(segment.QualityFlags));

    private static AlignedUnit Of(V1.AlignedUnit unit) => new(
        unit.Text, Time(unit.Start), Time(unit.End), unit.HasProbability ? unit.Probability : null, unit.IsRepaired);
}

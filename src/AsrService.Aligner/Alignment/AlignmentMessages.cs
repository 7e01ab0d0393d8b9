using AsrService.Engine.Alignment;
using AsrService.Hosting;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Aligner;

/// <summary>Times of a text, to the wire.</summary>
internal static class AlignmentMessages
{
    public static V1.AlignResponse Of(AlignedText aligned, TimeSpan duration, ServedAligner model) => new()
    {
        Units = { aligned.Units.Select(Of) },
        AudioDuration = Duration.FromTimeSpan(duration),
        Model = Of(model),
        Flags = { FlagsOf(aligned.Remarks) },
    };

    private static V1.AlignedUnit Of(AlignedUnit unit) => new()
    {
        Text = unit.Text,
        Start = Duration.FromTimeSpan(unit.Start),
        End = Duration.FromTimeSpan(unit.End),
        Probability = unit.Probability,
        IsRepaired = unit.IsRepaired,
    };

    private static V1.ModelInfo Of(ServedAligner model)
    {
        var message = ModelMessages.Of(model);
        message.AlignmentLanguages.Add(message.Languages);
        return message;
    }

    private static IEnumerable<V1.AlignmentFlag> FlagsOf(AlignmentRemarks remarks)
    {
        if (remarks.HasFlag(AlignmentRemarks.TextMismatch)) yield return V1.AlignmentFlag.TextMismatch;
        if (remarks.HasFlag(AlignmentRemarks.TextTooLong)) yield return V1.AlignmentFlag.TextTooLong;
    }
}

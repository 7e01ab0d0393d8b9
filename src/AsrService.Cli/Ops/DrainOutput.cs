using AsrService.Cli.Output;
using AsrService.Contracts.V1;

namespace AsrService.Cli.Ops;

/// <summary>How far a drain is, for people and for programs.</summary>
internal static class DrainOutput
{
    public static string Json(SetDrainResponse answer) => JsonLine.Of(new
    {
        answer.IsDraining,
        answer.SessionsActive,
        DrainEnds = answer.DrainEnds is { } ends ? OpsText.Instant(ends) : null,
    });

    public static string Line(SetDrainResponse answer)
    {
        string streams = answer.SessionsActive == 1 ? "1 stream is" : FormattableString.Invariant($"{answer.SessionsActive} streams are");
        return answer.IsDraining
            ? $"Draining: {streams} open; the last ends by {OpsText.Instant(answer.DrainEnds)}."
            : $"Not draining: {streams} open.";
    }
}

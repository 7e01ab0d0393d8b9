using System.Text.Encodings.Web;
using System.Text.Json;
using AsrService.Engine.Alignment;

namespace AsrService.Cli.Output;

/// <summary>The documented JSON object of an alignment; names and units as in docs/cli.md.</summary>
internal sealed record AlignmentJson(
    string File, double DurationS, string Language, IReadOnlyList<UnitJson> Units, float Probability,
    IReadOnlyList<string> Remarks, int StretchedUnits, IReadOnlyList<int> SlotClasses, IReadOnlyList<int> RepairedMs,
    string Model, string Weights)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // texts stay readable; this is not embedded in HTML
    };

    public static AlignmentJson From(string file, AlignmentRequest request, AlignedText aligned, string model, string weights) => new(
        file,
        Seconds(aligned.Duration),
        request.Language?.Name ?? "",
        [.. aligned.Units.Select(unit => new UnitJson(unit.Text, Seconds(unit.Start), Seconds(unit.End), unit.Probability))],
        aligned.Probability,
        [.. Enum.GetValues<AlignmentRemarks>()
            .Where(remark => remark != AlignmentRemarks.None && aligned.Remarks.HasFlag(remark))
            .Select(remark => JsonNamingPolicy.SnakeCaseLower.ConvertName(remark.ToString()))],
        aligned.StretchedUnits,
        aligned.SlotClasses,
        aligned.RepairedMs,
        model,
        weights);

    public string Serialize() => JsonSerializer.Serialize(this, Options);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}

internal sealed record UnitJson(string Text, double StartS, double EndS, float Probability);

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsrService.Cli.Output;

/// <summary>One object a line, with the names and units of docs/cli.md.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // transcripts stay readable; this is not embedded in HTML
    };

    /// <summary>The object; fields that are null are left out.</summary>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>An enum's member as documented: snake_case.</summary>
    public static string Name<T>(T member)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString());

    /// <summary>Seconds to the millisecond.</summary>
    public static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>A probability to four digits; null stays null.</summary>
    public static double? Probability(float? value) => value is { } known ? Math.Round(known, 4) : null;
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsrService.Engine.StructuredTranscripts;

/// <summary>
/// A transcript with times, pace, pauses, fillers and confidence: what reports are built on. docs/transcript.md has the
/// schema; in JSON names are in snake case, times in seconds from the recording's first sample.
/// </summary>
public sealed record StructuredTranscript
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // transcripts stay readable; this is not embedded in HTML
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The caller's name for it.</summary>
    public required string Id { get; init; }

    /// <summary>When the recording began; null when not known.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>Length of the recording.</summary>
    public required double DurationS { get; init; }

    /// <summary>Where the recording is to be had; null when not known.</summary>
    public string? AudioRef { get; init; }

    /// <summary>Languages by the time their segments take, most first.</summary>
    public required IReadOnlyList<LanguageShare> Languages { get; init; }

    /// <summary>One for every channel.</summary>
    public required IReadOnlyList<TranscriptSpeaker> Speakers { get; init; }

    /// <summary>In the order of their starts; those of different channels may overlap.</summary>
    public required IReadOnlyList<TranscriptSegment> Segments { get; init; }

    /// <summary>Silences of 300 ms or more between words of a speaker, in order.</summary>
    public required IReadOnlyList<TranscriptPause> Pauses { get; init; }

    /// <summary>The documented JSON, on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static StructuredTranscript FromJson(string json) => JsonSerializer.Deserialize<StructuredTranscript>(json, Json)!;
}

/// <summary>A language of a recording.</summary>
/// <param name="Code">BCP-47 primary subtag.</param>
/// <param name="Share">Of the time of all segments with speech, 0 to 1.</param>
public sealed record LanguageShare(string Code, double Share);

/// <summary>Somebody who speaks: a channel, as voices on one channel are not told apart.</summary>
/// <param name="Id">What segments call it.</param>
/// <param name="Channel">Counted from 0.</param>
/// <param name="Role">What is known of its part in the conversation.</param>
public sealed record TranscriptSpeaker(string Id, int Channel, string Role = "unknown");

/// <summary>Speech between two cuts.</summary>
public sealed record TranscriptSegment
{
    /// <summary>Unique within the transcript.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Speaker { get; init; }

    /// <summary>Counted from 0.</summary>
    public required int Channel { get; init; }

    /// <summary>Start of its first word; of its audio where it has no words.</summary>
    public required double StartS { get; init; }

    /// <summary>End of its last word.</summary>
    public required double EndS { get; init; }

    /// <summary>As transcribed.</summary>
    public required string Text { get; init; }

    /// <summary>BCP-47 primary subtag; null when the model named none.</summary>
    public string? Language { get; init; }

    /// <summary>0 to 1; null without text.</summary>
    public float? Confidence { get; init; }

    /// <summary>Whether word times are the aligner's; else they are estimated.</summary>
    public required bool IsAligned { get; init; }

    /// <summary>How fast it is.</summary>
    public required SpeakingPace Pace { get; init; }

    /// <summary>All words of <see cref="Text"/>, in order.</summary>
    public required IReadOnlyList<StructuredWord> Words { get; init; }
}

/// <summary>A word, with the punctuation that touches it, or a character of a script without spaces.</summary>
/// <param name="Text">As displayed.</param>
/// <param name="StartS">Where it begins.</param>
/// <param name="EndS">Where it ends.</param>
/// <param name="Confidence">0 to 1; null where none was computed.</param>
/// <param name="Filler">Whether it is a hesitation, not a part of what is said; it is flagged, never deleted.</param>
public sealed record StructuredWord(string Text, double StartS, double EndS, float? Confidence, bool Filler);

/// <summary>How fast a segment is.</summary>
/// <param name="UnitsPerMin">
/// Units by the time they take without pauses; a character of Chinese or kana is one unit, a word of other scripts two.
/// Null where there is too little to measure.
/// </param>
/// <param name="Ratio">To the speaker's own median; null where that is not known.</param>
/// <param name="Label">What the ratio means.</param>
public sealed record SpeakingPace(double? UnitsPerMin, double? Ratio, PaceLabel Label);

/// <summary>Pace against the speaker's own median.</summary>
public enum PaceLabel
{
    /// <summary>The segment, or the speaker's fewer than five of 3 s or more, say too little.</summary>
    Unknown,

    /// <summary>Under 0.75 of it.</summary>
    Slow,

    /// <summary>In between.</summary>
    Normal,

    /// <summary>Over 1.33 of it.</summary>
    Fast,
}

/// <summary>A silence of 300 ms or more between two words of a speaker.</summary>
/// <param name="AfterSegment">Id of the segment of the word before it.</param>
/// <param name="AfterWord">Index of that word.</param>
/// <param name="StartS">End of that word.</param>
/// <param name="EndS">Start of the next.</param>
/// <param name="Kind">What it looks like.</param>
public sealed record TranscriptPause(string AfterSegment, int AfterWord, double StartS, double EndS, PauseKind Kind);

/// <summary>What a pause looks like.</summary>
public enum PauseKind
{
    /// <summary>Just a pause.</summary>
    Plain,

    /// <summary>The 3 s of the speaker's words behind it are slower than 0.85 of the median.</summary>
    Thinking,
}

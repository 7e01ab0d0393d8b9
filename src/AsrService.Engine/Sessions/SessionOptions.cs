using AsrService.Audio;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Sessions;

/// <summary>How one of several languages is chosen.</summary>
public enum LanguageMode
{
    /// <summary>Detected anew for every segment, among the languages given where there are any.</summary>
    Detect,

    /// <summary>The one language given.</summary>
    Force,

    /// <summary>Detected until a final has one, which is then forced for the channel's later segments.</summary>
    LockAfterFirst,
}

/// <summary>Which languages to expect.</summary>
/// <param name="Mode">How one is chosen. Force needs exactly one language.</param>
/// <param name="Languages">Allowed languages; empty for all.</param>
public sealed record LanguageOptions(LanguageMode Mode, IReadOnlyList<Language> Languages)
{
    /// <summary>Detect among all.</summary>
    public static LanguageOptions Default { get; } = new(LanguageMode.Detect, []);
}

/// <summary>Partials: the current best text of a segment that is still open.</summary>
public sealed record InterimOptions
{
    /// <summary>Finals only.</summary>
    /// <value>Default false.</value>
    public bool Disabled { get; init; }

    /// <summary>From one refresh point to the next.</summary>
    /// <value>250 ms to 2 s. Default 500 ms.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Refreshes in a row that must agree before text is stable.</summary>
    /// <value>1 to 8. Default 2.</value>
    public int Agreement { get; init; } = 2;
}

/// <summary>What may change in a session, from the next segment on; null leaves it as it is.</summary>
/// <param name="Context">Terms or text that bias recognition.</param>
/// <param name="Language">Forgets a language lock too.</param>
/// <param name="Endpointing">When a segment is over.</param>
public sealed record SessionUpdate(string? Context, LanguageOptions? Language, EndpointingOptions? Endpointing);

/// <summary>How a live session is recognized.</summary>
public sealed record SessionOptions
{
    /// <summary>Sample frames a second of the input.</summary>
    /// <value>8,000 to 48,000. Default 16,000.</value>
    public int SampleRate { get; init; } = 16_000;

    /// <summary>Interleaved channels, each recognized by itself and each counted against the capacity.</summary>
    /// <value>1 to 8. Default 1.</value>
    public int Channels { get; init; } = 1;

    /// <summary>Which languages to expect.</summary>
    public LanguageOptions Language { get; init; } = LanguageOptions.Default;

    /// <summary>Terms or text that bias recognition; the caller has cut it to <see cref="TranscriptionEngine.MaxContextTokens"/>.</summary>
    public string Context { get; init; } = "";

    /// <summary>Partials.</summary>
    public InterimOptions Interim { get; init; } = new();

    /// <summary>When a segment is over.</summary>
    public EndpointingOptions Endpointing { get; init; } = new();

    /// <summary>Whether results carry words with estimated times.</summary>
    /// <value>Default true.</value>
    public bool Words { get; init; } = true;

    /// <summary>Whether finals carry their audio, for whoever aligns them.</summary>
    /// <value>Default false.</value>
    public bool Samples { get; init; }
}

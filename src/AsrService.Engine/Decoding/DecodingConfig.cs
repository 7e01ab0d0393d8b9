using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Decoding;

/// <summary>What a caller may choose about a segment; with the samples, all that its transcript depends on.</summary>
public sealed record DecodingConfig
{
    /// <summary>No forced language, no context, budget by duration.</summary>
    public static DecodingConfig Default { get; } = new();

    /// <summary>The language to write in; null to detect it. Forcing a wrong one gives translation-like output.</summary>
    public Language? Language { get; init; }

    /// <summary>Where the language is detected: those it may be; empty for all.</summary>
    public IReadOnlyList<Language> Languages { get; init; } = [];

    /// <summary>Terms or text that bias recognition, inserted into the prompt as they are. Special tokens in it are plain text.</summary>
    public string Context { get; init; } = "";

    /// <summary>Most text tokens of a segment; null for a budget by its duration.</summary>
    /// <value>At least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public int? MaxNewTokens
    {
        get;
        init => field = AtLeastOne(value, nameof(MaxNewTokens));
    }

    /// <summary>Ignores the end-of-text ids and the guards and decodes exactly so many tokens: for benchmarks with random weights.</summary>
    /// <value>At least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public int? ForcedTokens
    {
        get;
        init => field = AtLeastOne(value, nameof(ForcedTokens));
    }

    /// <summary>Text tokens a segment of this length may take: 64, and 10 for every second begun, unless set.</summary>
    /// <remarks>Speech has 3 to 6 text tokens a second; the reference's fixed 512 truncates after some minutes.</remarks>
    public int TokenBudget(int samples) =>
        ForcedTokens ?? MaxNewTokens ?? 64 + 10 * ((samples + 15_999) / 16_000);

    private static int? AtLeastOne(int? value, string name) =>
        value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; expected 1 or more.");
}

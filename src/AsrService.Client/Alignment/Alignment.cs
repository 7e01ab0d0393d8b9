namespace AsrService.Client;

/// <summary>When a unit of a known text is spoken.</summary>
/// <param name="Text">A word or a character, without punctuation.</param>
/// <param name="Start">Where it begins, from the first sample of the recording.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Probability">Of its two times, 0 to 1; null where none was computed.</param>
/// <param name="IsRepaired">Whether the model's times had to be put in order.</param>
public sealed record AlignedUnit(string Text, TimeSpan Start, TimeSpan End, float? Probability, bool IsRepaired);

/// <summary>What a reader should know of an alignment. Services may add values.</summary>
public enum AlignmentRemark
{
    /// <summary>Never sent.</summary>
    None = 0,

    /// <summary>The text is probably not what is said.</summary>
    TextMismatch = 1,

    /// <summary>More units than the recording can hold.</summary>
    TextTooLong = 2,
}

/// <summary>The times of a text.</summary>
/// <param name="Units">In order; starts never run backwards.</param>
/// <param name="Duration">How long the recording is.</param>
/// <param name="Model">That aligned it.</param>
/// <param name="Remarks">What to know of it; empty mostly.</param>
public sealed record Alignment(
    IReadOnlyList<AlignedUnit> Units, TimeSpan Duration, ModelInfo Model, IReadOnlyList<AlignmentRemark> Remarks);

/// <summary>How a text is to be aligned.</summary>
public sealed record AlignmentOptions
{
    /// <summary>Name of the model.</summary>
    /// <value>Default empty: the service's first one.</value>
    public string Model { get; init; } = "";

    /// <summary>The format of raw samples.</summary>
    /// <value>Default null: a file that states its own, as WAV.</value>
    public AudioFormat? Format { get; init; }

    /// <summary>An id of the caller's that the service writes into its log.</summary>
    public string ClientRequestId { get; init; } = "";
}

using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Alignment;

/// <summary>What is to be aligned.</summary>
/// <param name="Samples">16 kHz mono, finite; not copied.</param>
/// <param name="Text">What is said in them.</param>
/// <param name="Language">Decides what a unit is; null for the default rule.</param>
public sealed record AlignmentRequest(ReadOnlyMemory<float> Samples, string Text, Language? Language);

/// <summary>A unit of a transcript and when it was said.</summary>
/// <param name="Text">A word, or a character of Chinese.</param>
/// <param name="Start">Offset from the clip's first sample; not before the end of the unit before it.</param>
/// <param name="End">
/// At least 20 ms behind <paramref name="Start"/>, as far as the clip has room for so many units; not behind its end.
/// </param>
/// <param name="Probability">Smaller of its two times' softmax probabilities.</param>
/// <param name="IsRepaired">Whether either time is not the model's: out of order, without length, behind the clip.</param>
public readonly record struct AlignedUnit(string Text, TimeSpan Start, TimeSpan End, float Probability, bool IsRepaired);

/// <summary>What a reader should know of an alignment.</summary>
[Flags]
public enum AlignmentRemarks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The probabilities are low as a whole, or many units have no room: the text is probably not what is said.</summary>
    TextMismatch = 1,

    /// <summary>More units than the clip can hold at 20 ms each; all are shorter.</summary>
    TextTooLong = 2,
}

/// <summary>The times of a text.</summary>
public sealed record AlignedText
{
    /// <summary>In order; none for a text without letters and digits.</summary>
    public required IReadOnlyList<AlignedUnit> Units { get; init; }

    /// <summary>Length of the clip.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Geometric mean of all times' probabilities; 1 without any.</summary>
    public float Probability { get; init; } = 1;

    /// <summary>What to know of it.</summary>
    public AlignmentRemarks Remarks { get; init; }

    /// <summary>Units that had no length, or nearly none, and were given some.</summary>
    public int StretchedUnits { get; init; }

    /// <summary>The model's time class of every slot: start and end of each unit in turn.</summary>
    public IReadOnlyList<int> SlotClasses { get; init; } = [];

    /// <summary>Times of the slots after <see cref="TimestampRepair"/> and before anything else, in milliseconds.</summary>
    public IReadOnlyList<int> RepairedMs { get; init; } = [];
}

/// <summary>What became of one request of a batch: times, or the fault that ended it.</summary>
/// <param name="Aligned">Null when it failed.</param>
/// <param name="Fault">An <see cref="AsrException"/> or a <see cref="Decoding.ModelFaultException"/>.</param>
public sealed record AlignmentOutcome(AlignedText? Aligned, Exception? Fault);

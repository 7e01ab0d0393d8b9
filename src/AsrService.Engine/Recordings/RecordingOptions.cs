using AsrService.Engine.Decoding;

namespace AsrService.Engine.Recordings;

/// <summary>How whole recordings are transcribed.</summary>
public sealed record RecordingOptions
{
    /// <summary>Language, context and token budget of every segment.</summary>
    public DecodingConfig Decoding { get; init; } = DecodingConfig.Default;

    /// <summary>Longer recordings are split at quiet places near this length; a piece may be 5 s longer.</summary>
    /// <value>1 s to 1200 s. Default 30 s.</value>
    public TimeSpan MaxSegment { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Segments decoded together, of one recording or of several.</summary>
    /// <value>At least 1. Default 8.</value>
    public int BatchSize { get; init; } = 8;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its documented range.</exception>
    internal void Validate()
    {
        if (MaxSegment < TimeSpan.FromSeconds(1) || MaxSegment > TimeSpan.FromSeconds(1200))
            throw new ArgumentOutOfRangeException(nameof(MaxSegment), MaxSegment, "MaxSegment is not in 1 s to 1200 s.");
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
    }
}

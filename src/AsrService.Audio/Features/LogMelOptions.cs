namespace AsrService.Audio;

/// <summary>What of the log-mel front end a checkpoint or a dialect of the reference may choose.</summary>
public sealed record LogMelOptions
{
    /// <summary>The released checkpoints' choice: 128 mel bins, clips shorter than 0.5 s padded.</summary>
    public static LogMelOptions Default { get; } = new();

    /// <summary>Mel filters between 0 and 8000 Hz: the width of a feature row.</summary>
    /// <value>1 to 256. Default 128.</value>
    public int MelBins { get; init; } = 128;

    /// <summary>
    /// A shorter clip is zero-padded at its end to this many samples, and the padding counts as audio.
    /// 0 takes clips as they are; then a clip under <see cref="LogMelFrontEnd.MinimumClip"/> samples is refused.
    /// </summary>
    /// <value>0, or 201 to 480,000. Default 8000 (0.5 s).</value>
    public int MinimumSamples { get; init; } = 8000;

    internal void Check()
    {
        if (MelBins is < 1 or > 256)
            throw new ArgumentOutOfRangeException(nameof(MelBins), MelBins, "MelBins must be 1 to 256.");
        if (MinimumSamples is not (0 or (>= LogMelFrontEnd.MinimumClip and <= 480_000)))
            throw new ArgumentOutOfRangeException(nameof(MinimumSamples), MinimumSamples,
                "MinimumSamples must be 0 or 201 to 480000.");
    }
}

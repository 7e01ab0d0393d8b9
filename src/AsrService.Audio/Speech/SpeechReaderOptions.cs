namespace AsrService.Audio;

/// <summary>How a recording becomes the one channel of 16 kHz samples that the model hears.</summary>
public sealed record SpeechReaderOptions
{
    /// <summary>Mean of the channels, peak-normalized, as the reference implementation reads files.</summary>
    public static SpeechReaderOptions Default { get; } = new();

    /// <summary>The channel to take, counted from 0, or null for the mean of all.</summary>
    /// <value>Default null.</value>
    public int? Channel { get; init; }

    /// <summary>
    /// Divides the recording by its peak where that exceeds 1, and clips to [-1, 1]. Off, samples are as they come, as
    /// in a live session, which cannot know its peak.
    /// </summary>
    /// <value>Default true.</value>
    public bool NormalizePeak { get; init; } = true;

    /// <summary>
    /// Samples at 16 kHz that may be kept while the peak is looked for; a longer recording is decoded a second time.
    /// </summary>
    /// <value>0 or more. Default 9,600,000: 10 minutes, 38 MB.</value>
    public int MaxBufferedSamples { get; init; } = 600 * Resampler.OutputRate;

    /// <summary>How ffmpeg is run where it is needed.</summary>
    public FfmpegOptions Ffmpeg { get; init; } = FfmpegOptions.Default;
}

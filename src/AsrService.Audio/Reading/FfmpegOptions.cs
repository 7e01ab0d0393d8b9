namespace AsrService.Audio;

/// <summary>How the ffmpeg program is run, and how much of its output is taken.</summary>
public sealed record FfmpegOptions
{
    /// <summary>ffmpeg from PATH with the default limits.</summary>
    public static FfmpegOptions Default { get; } = new();

    /// <summary>The program: a name looked up on PATH, or a path.</summary>
    /// <value>Default <c>ffmpeg</c>.</value>
    public string Program { get; init; } = "ffmpeg";

    /// <summary>
    /// Time spent waiting for ffmpeg's output, over the whole recording; the reader's own pauses do not count.
    /// </summary>
    /// <value>Above zero. Default 10 minutes, some hundred hours of audio on an ordinary machine.</value>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of decoded audio taken, 4 a sample: stops a small file that decodes to no end.</summary>
    /// <value>Above zero. Default 16 GiB: 12 hours of 48 kHz stereo.</value>
    public long MaxOutputBytes { get; init; } = 16L << 30;

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Program);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TimeLimit, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TimeLimit, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxOutputBytes);
    }
}

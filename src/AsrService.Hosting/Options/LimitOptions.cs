namespace AsrService.Hosting;

/// <summary>What callers may ask for; section <c>Asr:Limits</c>. Callers see them in <c>started</c> and GetCapabilities.</summary>
public sealed record LimitOptions
{
    /// <summary>Bytes of audio, or of a file, in one message.</summary>
    /// <value>1,024 to 1,048,576, and less than <see cref="MaxMessageBytes"/>. Default 65,536.</value>
    public int MaxAudioMessageBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of any message.</summary>
    /// <value>65,536 to 67,108,864. Default 4,194,304.</value>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Calls at once, over all connections: times <see cref="MaxMessageBytes"/>, the most that incomplete messages can hold.
    /// One more is refused with RESOURCE_EXHAUSTED; calls that need no credentials (health) have as many of their own.
    /// </summary>
    /// <value>1 to 65,536. Default 512.</value>
    public int MaxCalls { get; init; } = 512;

    /// <summary>How long the one message of a unary call may take to arrive before the call is reset.</summary>
    /// <value>1 s to 1 h. Default 2 min.</value>
    public TimeSpan MaxReceive { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Audio of a session held unprocessed before reading pauses.</summary>
    /// <value>3 s to 5 min. Default 30 s.</value>
    public TimeSpan MaxBufferedAudio { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call waits for its caller's next message, or for him to read the last ones and the status.</summary>
    /// <value>1 s to 1 h. Default 30 s.</value>
    public TimeSpan MaxIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Audio in a session; in one call of it after a resume.</summary>
    /// <value>1 s to 24 h. Default 4 h.</value>
    public TimeSpan MaxSession { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long a resume token is valid.</summary>
    /// <value>1 s to 1 h. Default 5 min.</value>
    public TimeSpan ResumePeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest recording of Transcribe.</summary>
    /// <value>1 s to 10 min. Default 60 s.</value>
    public TimeSpan MaxTranscribeAudio { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest recording of TranscribeFile.</summary>
    /// <value>1 s to 24 h. Default 12 h.</value>
    public TimeSpan MaxFileAudio { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Bytes of a file of TranscribeFile.</summary>
    /// <value>1,024 to 1,099,511,627,776. Default 4,294,967,296.</value>
    public long MaxFileBytes { get; init; } = 4L << 30;
}

namespace AsrService.Client;

/// <summary>How a live stream is to be recognized, and how much of its audio is held.</summary>
public sealed record StreamOptions : RecognitionOptions
{
    /// <summary>The format of all audio; raw encodings only.</summary>
    /// <value>Default 16 kHz, one channel, 16 bits.</value>
    public AudioFormat Format { get; init; } = AudioFormat.Default;

    /// <summary>Whether partials come; otherwise finals only.</summary>
    /// <value>Default true.</value>
    public bool HasPartials { get; init; } = true;

    /// <summary>From one refresh of a partial to the next: 250 ms to 2 s.</summary>
    /// <value>Default null: the service's, 500 ms.</value>
    public TimeSpan? PartialInterval { get; init; }

    /// <summary>Refreshes in a row that must agree before text is stable: 1 to 8.</summary>
    /// <value>Default null: the service's, 2.</value>
    public int? Agreement { get; init; }

    /// <summary>When a segment is over.</summary>
    /// <value>Default null: the service's defaults.</value>
    public EndpointingOptions? Endpointing { get; init; }

    /// <summary>
    /// Audio that may wait to be sent; with more, writing waits. So a live source feels nothing of an outage of this
    /// length.
    /// </summary>
    /// <value>1 s to 10 min. Default 30 s.</value>
    public TimeSpan MaxUnsent { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Audio that is kept to be sent again, from 0.5 s before the place up to which everything is final, that not sent
    /// yet included; with more, writing waits.
    /// </summary>
    /// <value>65 s (a longest segment, what a service holds unprocessed, a margin) to 30 min, and not less than
    /// <see cref="MaxUnsent"/>. Default 2 min: 3.8 MB of the default format.</value>
    public TimeSpan MaxKept { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether a sign of life is sent where nothing else is, so that a pause does not end the stream.</summary>
    /// <value>Default true. With false, a service ends the connection after 30 s without a message, and the stream
    /// reconnects.</value>
    public bool KeepsAlive { get; init; } = true;

    internal void Validate()
    {
        if (Format.FrameBytes <= 0 || Format.SampleRate <= 0)
            throw new ArgumentException($"{Format} is not raw audio.", nameof(Format));
        Ranges.Check(MaxUnsent, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), nameof(MaxUnsent));
        var least = TimeSpan.FromSeconds(65);
        Ranges.Check(MaxKept, MaxUnsent > least ? MaxUnsent : least, TimeSpan.FromMinutes(30), nameof(MaxKept));
    }
}

/// <summary>New settings for the segments that begin from here on; null leaves what there is.</summary>
public sealed record StreamUpdate
{
    /// <summary>Replaces the biasing; an empty one removes it.</summary>
    public Biasing? Biasing { get; init; }

    /// <summary>Replaces the languages, and forgets one that was locked.</summary>
    public LanguageOptions? Language { get; init; }

    /// <summary>Replaces the endpointing.</summary>
    public EndpointingOptions? Endpointing { get; init; }
}

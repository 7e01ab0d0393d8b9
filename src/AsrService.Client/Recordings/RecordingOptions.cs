namespace AsrService.Client;

/// <summary>How a recording is cut into segments.</summary>
public enum Segmentation
{
    /// <summary>As <see cref="Offline"/>.</summary>
    Automatic = 0,

    /// <summary>Channels mixed, level normalized, cut at quiet places.</summary>
    Offline = 1,

    /// <summary>Exactly as a live stream would, channels apart.</summary>
    Live = 2,
}

/// <summary>How a recording is to be recognized.</summary>
public sealed record RecordingOptions : RecognitionOptions
{
    /// <summary>The format of raw samples.</summary>
    /// <value>Default null: a file that states its own, as WAV.</value>
    public AudioFormat? Format { get; init; }

    /// <summary>How it is cut.</summary>
    public Segmentation Segmentation { get; init; }

    /// <summary>With offline segmentation: the length of a piece, 5 s to 1,200 s.</summary>
    /// <value>Default null: 30 s.</value>
    public TimeSpan? MaxSegment { get; init; }

    /// <summary>With live segmentation: when a segment is over.</summary>
    public EndpointingOptions? Endpointing { get; init; }
}

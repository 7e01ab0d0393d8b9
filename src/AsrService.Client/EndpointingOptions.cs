namespace AsrService.Client;

/// <summary>Who decides that a segment is over.</summary>
public enum EndpointingMode
{
    /// <summary>As <see cref="Server"/>.</summary>
    Automatic = 0,

    /// <summary>Silence, a finalize, the longest segment or the end of the audio.</summary>
    Server = 1,

    /// <summary>A finalize, the longest segment or the end of the audio; silence ends nothing.</summary>
    Client = 2,
}

/// <summary>When a segment begins and is over; where null, the service's defaults.</summary>
public sealed record EndpointingOptions
{
    /// <summary>Who decides.</summary>
    public EndpointingMode Mode { get; init; }

    /// <summary>Silence after speech that ends a segment: 100 ms to 5 s.</summary>
    public TimeSpan? MinSilence { get; init; }

    /// <summary>The longest segment: 10 s to 30 s.</summary>
    public TimeSpan? MaxSegment { get; init; }

    /// <summary>Audio kept before the first sound of a segment: 0 to 500 ms.</summary>
    public TimeSpan? SpeechPad { get; init; }
}

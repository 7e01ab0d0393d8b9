namespace AsrService.Hosting;

/// <summary>Who aligns words with the audio; section <c>Asr:Aligner</c>.</summary>
public sealed record AlignerOptions
{
    /// <summary>The aligner's checkpoint folder.</summary>
    /// <value>
    /// A folder. Default empty: the bundled demonstration aligner; in a server that recognizes with a model of one's own, no aligner.
    /// </value>
    public string Path { get; init; } = "";

    /// <summary>An aligner service that a server calls instead of loading one; an aligner itself takes none.</summary>
    /// <value>http, https or unix; not together with <see cref="Path"/>. Default empty: none.</value>
    public string Address { get; init; } = "";

    /// <summary>The key that the server shows to that service.</summary>
    /// <value>Default empty: none.</value>
    public string ApiKey { get; init; } = "";

    /// <summary>Lets a server do without: words keep estimated times.</summary>
    /// <value>true or false. Default false.</value>
    public bool Disabled { get; init; }
}

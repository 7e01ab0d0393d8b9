namespace AsrService.Hosting;

/// <summary>Whose resume tokens work here; section <c>Asr:Resume</c>.</summary>
public sealed record ResumeOptions
{
    /// <summary>The key that signs tokens, in base64; instances with the same one go on with each other's sessions.</summary>
    /// <value>At least 32 bytes. Default empty: a random key, so that tokens work on this instance only, until it ends.</value>
    public string Key { get; init; } = "";
}

/// <summary>How the service leaves; section <c>Asr:Drain</c>.</summary>
public sealed record DrainOptions
{
    /// <summary>How long running calls may go on once the service drains.</summary>
    /// <value>0 to 24 h. Default 30 s.</value>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(30);
}

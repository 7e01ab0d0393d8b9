namespace AsrService.Hosting;

/// <summary>Where checkpoints are published; section <c>Asr:Hub</c>. Read by <c>asr model pull</c>; the services load folders.</summary>
public sealed record HubOptions
{
    /// <summary>Base address of the hub.</summary>
    /// <value>http or https. Default none, which means the public one.</value>
    public string Address { get; init; } = "";
}

namespace AsrService.Hosting;

/// <summary>
/// How much each tenant may use of this instance; section <c>Asr:Quotas</c>. Without credentials all callers are one
/// tenant.
/// </summary>
public sealed record QuotaOptions
{
    /// <summary>Live channels and recordings of a tenant at once.</summary>
    /// <value>0 to 65,536. Default 0: no limit but the service's own.</value>
    public int MaxStreams { get; init; }

    /// <summary>Audio that a tenant may send in a <see cref="Window"/>, each channel counted, silence too.</summary>
    /// <value>0 to 10,000 days. Default 0: no limit.</value>
    public TimeSpan MaxAudio { get; init; }

    /// <summary>What <see cref="MaxAudio"/> is for; the windows begin at multiples of it, counted from a midnight, UTC.</summary>
    /// <value>1 min to 24 h. Default 24 h.</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Other quotas for some tenants, by name.</summary>
    /// <value>Default none.</value>
    public IDictionary<string, TenantQuotaOptions> Tenants { get; init; } = new Dictionary<string, TenantQuotaOptions>();
}

/// <summary>The quotas of one tenant; section <c>Asr:Quotas:Tenants:NAME</c>.</summary>
public sealed record TenantQuotaOptions
{
    /// <summary>As for all tenants.</summary>
    /// <value>0 to 65,536; 0 for no limit. Default: what all have.</value>
    public int? MaxStreams { get; init; }

    /// <summary>As for all tenants.</summary>
    /// <value>0 to 10,000 days; 0 for no limit. Default: what all have.</value>
    public TimeSpan? MaxAudio { get; init; }
}

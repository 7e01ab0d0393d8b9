namespace AsrService.Hosting;

/// <summary>Who makes a call, as its credentials say.</summary>
/// <param name="Tenant">Whose sessions and quotas are concerned; empty where callers are not asked who they are.</param>
/// <param name="IsAdmin">Whether the credentials are of those who run the service.</param>
public sealed record Caller(string Tenant, bool IsAdmin)
{
    /// <summary>Somebody who was not asked.</summary>
    public static Caller Anonymous { get; } = new("", IsAdmin: false);
}

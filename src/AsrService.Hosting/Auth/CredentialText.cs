namespace AsrService.Hosting;

/// <summary>What keys and names of tenants may look like.</summary>
internal static class CredentialText
{
    /// <summary>Of a key.</summary>
    public const int ShortestKey = 16, LongestKey = 256;

    /// <summary>Of a tenant's name.</summary>
    public const int LongestTenant = 128;

    /// <summary>Visible ASCII without comma, which joins header values.</summary>
    public static bool IsKey(string value) => IsVisible(value) && !value.Contains(',', StringComparison.Ordinal);

    /// <summary>Short visible ASCII: it goes into tokens, logs and answers.</summary>
    public static bool IsTenant(string name) => name.Length is >= 1 and <= LongestTenant && IsVisible(name);

    private static bool IsVisible(string value) => !value.AsSpan().ContainsAnyExceptInRange('!', '~');
}

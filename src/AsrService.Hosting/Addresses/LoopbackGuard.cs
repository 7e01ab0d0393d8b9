using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Checks the addresses to listen on, and refuses those that others than this machine can reach unless
/// <see cref="AuthOptions.AllowAnonymous"/> says that this is meant.
/// </summary>
internal sealed class LoopbackGuard(IConfiguration configuration) : IValidateOptions<AsrOptions>
{
    private const string Endpoints = "Kestrel:Endpoints";

    public ValidateOptionsResult Validate(string? name, AsrOptions options)
    {
        var mistakes = new SettingMistakes();
        foreach (var endpoint in configuration.GetSection(Endpoints).GetChildren())
        {
            string setting = $"{Endpoints}:{endpoint.Key}:Url", url = endpoint["Url"] ?? "";
            if (Refusal(url, options.Auth.AllowAnonymous) is { } refusal) mistakes.Add(setting, refusal);
        }

        return mistakes.ToResult();
    }

    /// <summary>Why an address is not listened on; null if it is.</summary>
    internal static string? Refusal(string url, bool allowAnonymous)
    {
        if (!TryParse(url, out var address))
            return $"\"{url}\" is not an address; expected one as http://127.0.0.1:50051.";
        if (!address.IsUnixPipe && address is { Host: var host, Port: 0 } && IsLocalhost(host))
            return $"\"{url}\": localhost is two addresses, so port 0 needs one of them: 127.0.0.1 or [::1].";
        if (allowAnonymous || IsLoopback(address)) return null;
        return $"\"{url}\" can be reached from other machines, and callers are not asked who they are; "
            + "listen on 127.0.0.1, or set Asr:Auth:AllowAnonymous=true if anybody may call.";
    }

    /// <summary>As Kestrel reads hosts: what is neither an IP address nor localhost means every address.</summary>
    private static bool IsLoopback(BindingAddress address) =>
        address.IsUnixPipe
        || IsLocalhost(address.Host)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));

    private static bool IsLocalhost(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    private static bool TryParse(string url, out BindingAddress address)
    {
        address = null!;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }

        bool isHttp = address.Scheme is "http" or "https";
        return isHttp && (address.IsUnixPipe || (address.PathBase.Length == 0 && address.Port is >= 0 and <= 65535));
    }
}

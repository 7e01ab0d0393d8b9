using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Checks the addresses to listen on, and refuses those that others than this machine can reach unless callers are asked
/// who they are, or <see cref="AuthOptions.AllowAnonymous"/> says that this is meant.
/// </summary>
internal sealed class LoopbackGuard(IConfiguration configuration) : IValidateOptions<AsrOptions>
{
    private const string Section = "Kestrel:Endpoints";

    /// <summary>Every endpoint of the settings: the setting of its address, and that.</summary>
    public static IEnumerable<(string Setting, string Url)> Endpoints(IConfiguration configuration) => configuration
        .GetSection(Section).GetChildren().Select(endpoint => ($"{Section}:{endpoint.Key}:Url", endpoint["Url"] ?? ""));

    public ValidateOptionsResult Validate(string? name, AsrOptions options)
    {
        var mistakes = new SettingMistakes();
        foreach (var (setting, url) in Endpoints(configuration))
        {
            if (Refusal(url, options.Auth.AllowAnonymous || options.Auth.AsksCallers) is { } refusal) mistakes.Add(setting, refusal);
        }

        return mistakes.ToResult();
    }

    /// <summary>Why an address is not listened on; null if it is.</summary>
    /// <param name="url">The address.</param>
    /// <param name="isMeant">Whether others than this machine may call.</param>
    internal static string? Refusal(string url, bool isMeant)
    {
        if (!TryParse(url, out var address))
            return $"\"{url}\" is not an address; expected one as http://127.0.0.1:50051.";
        if (!address.IsUnixPipe && address is { Host: var host, Port: 0 } && IsLocalhost(host))
            return $"\"{url}\": localhost is two addresses, so port 0 needs one of them: 127.0.0.1 or [::1].";
        if (isMeant || IsLoopback(address)) return null;
        return $"\"{url}\" can be reached from other machines, and callers are not asked who they are; "
            + "listen on 127.0.0.1; or configure Asr:Auth:ApiKeys, Asr:Auth:Jwt or Asr:Auth:ClientCertificates; "
            + "or set Asr:Auth:AllowAnonymous=true if anybody may call.";
    }

    /// <summary>Whether what callers send to an address can be read on its way.</summary>
    internal static bool IsClearTextBeyondLoopback(string url) =>
        TryParse(url, out var address) && address.Scheme == "http" && !IsLoopback(address);

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

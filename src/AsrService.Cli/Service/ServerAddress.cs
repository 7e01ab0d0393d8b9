using System.CommandLine;
using AsrService.Cli.Commands;

namespace AsrService.Cli.Service;

/// <summary>Where a service listens, as a user may write it.</summary>
internal static class ServerAddress
{
    /// <summary>Where a service without configuration listens.</summary>
    public const string Default = "http://127.0.0.1:50051";

    /// <summary>What an address may look like.</summary>
    public const string Forms = "http://HOST:PORT, https://HOST:PORT, unix:/PATH or HOST:PORT";

    private const string UnixScheme = "unix:";

    /// <summary>The option that takes one.</summary>
    public static Option<string?> Option(string description) =>
        CommandOptions.FreeText("--server", "ADDRESS", $"{description} {Forms}.");

    /// <summary>A connection to the address; the caller disposes it.</summary>
    /// <exception cref="UsageException">It is no address, or what <paramref name="access"/> holds is for others.</exception>
    public static ServiceConnection Connect(string address, ServiceAccess access) => new(Parse(address), access);

    /// <summary>The address as a channel takes it.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static string Parse(string address)
    {
        if (address.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase))
            return address.Length > UnixScheme.Length ? address : throw Refuse(address);

        // "localhost:50051" by itself would be a URI with the scheme "localhost".
        string url = address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}";
        bool hasPort = url.LastIndexOf(':') > url.LastIndexOf(']') && url.LastIndexOf(':') > url.IndexOf("//", StringComparison.Ordinal);
        bool isValid = Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "", Port: > 0 }
            && (hasPort || url != $"http://{address}"); // a bare host is more likely a mistake than port 80
        return isValid ? uri!.GetLeftPart(UriPartial.Authority) : throw Refuse(address);
    }

    private static UsageException Refuse(string address) =>
        new($"--server: expected {Forms}, found \"{OneLine.Of(address)}\".");
}

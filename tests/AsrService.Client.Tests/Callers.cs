using System.Security.Cryptography;

namespace AsrService.Client.Tests;

/// <summary>Clients and settings that tests share.</summary>
internal static class Callers
{
    /// <summary>A key that instances share.</summary>
    public static readonly string Key = "Asr:Resume:Key=" + Convert.ToBase64String(SHA256.HashData("one"u8));

    /// <summary>Reconnects at once.</summary>
    public static readonly AsrClientOptions Quick =
        new() { Reconnect = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(50) } };

    public static string Address(this TestServer server) => server.Addresses.Grpc.OriginalString;
}

using System.Text.Json.Serialization;

namespace AsrService.Interop.Tests.Peers;

/// <summary>Where a server listens and what it can tell, in its own words.</summary>
internal sealed record ServerAnnouncement(
    [property: JsonPropertyName("h2c")] int ClearTextPort,
    [property: JsonPropertyName("tls")] int TlsPort,
    [property: JsonPropertyName("sees_compression")] bool SeesCompression);

/// <summary>A server that is ready for calls.</summary>
internal sealed record PeerServer(PeerProcess Process, ServerAnnouncement Announced, string SocketPath) : IAsyncDisposable
{
    public static async Task<PeerServer> StartAsync(
        Runtime runtime, CertificateFiles certificate, string socketPath, CancellationToken cancellationToken)
    {
        var process = new PeerProcess(Programs.Server(runtime, certificate, socketPath));
        return new PeerServer(process, await process.ReadAsync<ServerAnnouncement>(cancellationToken), socketPath);
    }

    /// <summary>Where to call it.</summary>
    public string Address(Transport transport) => transport switch
    {
        Transport.Tls => $"127.0.0.1:{Announced.TlsPort}",
        Transport.UnixSocket => $"unix:{SocketPath}",
        _ => $"127.0.0.1:{Announced.ClearTextPort}",
    };

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}

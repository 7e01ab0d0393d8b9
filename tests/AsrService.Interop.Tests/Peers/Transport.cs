namespace AsrService.Interop.Tests.Peers;

/// <summary>What a connection runs over.</summary>
public enum Transport
{
    /// <summary>HTTP/2 with prior knowledge (h2c).</summary>
    ClearText,

    /// <summary>TLS with ALPN.</summary>
    Tls,

    /// <summary>HTTP/2 with prior knowledge over a Unix socket.</summary>
    UnixSocket,
}

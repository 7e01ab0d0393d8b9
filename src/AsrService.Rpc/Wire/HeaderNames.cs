namespace AsrService.Rpc.Wire;

/// <summary>Names and values of the gRPC protocol over HTTP/2 (PROTOCOL-HTTP2.md of the gRPC project).</summary>
internal static class HeaderNames
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>Metadata by which a caller or a handler chooses the encoding of its messages; never sent.</summary>
    public const string EncodingRequest = "grpc-internal-encoding-request";

    public const string Identity = "identity";
    public const string Gzip = "gzip";

    /// <summary>What both sides can decode.</summary>
    public const string Accepted = "identity,gzip";

    /// <summary>Headers of the protocol, which are not part of the metadata that an application sees.</summary>
    private static readonly HashSet<string> Protocol = new(StringComparer.OrdinalIgnoreCase)
    {
        Status, Message, Timeout, Encoding, AcceptEncoding, EncodingRequest,
        "content-type", "content-length", "te", "host", "accept-encoding",
    };

    /// <summary>Whether a header is the application's own rather than the protocol's.</summary>
    public static bool IsMetadata(string name) => !name.StartsWith(':') && !Protocol.Contains(name);

    /// <summary>Whether a content type is gRPC, with any message format behind it.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+');
}

using System.Globalization;
using Grpc.Core;

namespace AsrService.Rpc.Wire;

/// <summary>What is wrong with a message as it arrived or is about to be sent, or with a header.</summary>
internal static class MessageErrors
{
    private const string TooLargeReason = "MESSAGE_TOO_LARGE";
    private const string MalformedReason = "MESSAGE_MALFORMED";
    private const string EncodingReason = "ENCODING_UNKNOWN";
    private const string HeaderReason = "HEADER_MALFORMED";

    public static RpcException TooLarge(long size, int limit, string kind) => ErrorDetails.Failure(
        StatusCode.ResourceExhausted,
        $"Message of {size} bytes ({kind}) exceeds the limit of {limit} bytes.",
        TooLargeReason,
        ("size", size.ToString(CultureInfo.InvariantCulture)),
        ("limit", limit.ToString(CultureInfo.InvariantCulture)));

    public static RpcException Truncated() => Malformed("The stream ended within a message.");

    public static RpcException BadFlag(byte flag) =>
        Malformed($"A message begins with {flag}; 0 (plain) or 1 (compressed) was expected.");

    public static RpcException CompressedWithoutEncoding() =>
        Malformed("A message is marked as compressed, but grpc-encoding names no compression.");

    public static RpcException InvalidGzip() => Malformed("A compressed message is not valid gzip.");

    public static RpcException Undecodable(Type message, Exception cause) => ErrorDetails.Failure(
        new Status(StatusCode.Internal, $"A message is not a {message.Name}.", cause), MalformedReason);

    public static RpcException UnknownEncoding(string encoding)
    {
        string quote = StatusText.Quote(encoding);
        return ErrorDetails.Failure(
            StatusCode.Unimplemented,
            $"Messages encoded as '{quote}' cannot be read; accepted: {HeaderNames.Accepted}.",
            EncodingReason,
            ("encoding", quote),
            ("accepted", HeaderNames.Accepted));
    }

    public static RpcException Missing() => Malformed("The stream ended before its one message.");

    public static RpcException Surplus() => Malformed("More than one message where one was expected.");

    public static RpcException BadHeader(string name, string what) =>
        ErrorDetails.Failure(StatusCode.Internal, $"{name} {what}.", HeaderReason, ("header", name));

    private static RpcException Malformed(string detail) =>
        ErrorDetails.Failure(StatusCode.Internal, detail, MalformedReason);
}

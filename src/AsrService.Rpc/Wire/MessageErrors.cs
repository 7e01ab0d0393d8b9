using Grpc.Core;

namespace AsrService.Rpc.Wire;

/// <summary>What is wrong with a message as it arrived or is about to be sent.</summary>
internal static class MessageErrors
{
    public static RpcException TooLarge(long size, int limit, string kind) => Of(
        StatusCode.ResourceExhausted,
        $"Message of {size} bytes ({kind}) exceeds the limit of {limit} bytes.");

    public static RpcException Truncated() => Of(StatusCode.Internal, "The stream ended within a message.");

    public static RpcException BadFlag(byte flag) =>
        Of(StatusCode.Internal, $"A message begins with {flag}; 0 (plain) or 1 (compressed) was expected.");

    public static RpcException CompressedWithoutEncoding() =>
        Of(StatusCode.Internal, "A message is marked as compressed, but grpc-encoding names no compression.");

    public static RpcException UnknownEncoding(string encoding) => Of(
        StatusCode.Unimplemented,
        $"Messages encoded as '{encoding}' cannot be read; accepted: {HeaderNames.Accepted}.");

    public static RpcException Missing() => Of(StatusCode.Internal, "The stream ended before its one message.");

    public static RpcException Surplus() => Of(StatusCode.Internal, "More than one message where one was expected.");

    private static RpcException Of(StatusCode code, string detail) => new(new Status(code, detail));
}

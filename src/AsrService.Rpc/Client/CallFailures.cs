using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>Failures of HTTP in gRPC's terms (http-grpc-status-mapping.md and PROTOCOL-HTTP2.md, "Errors").</summary>
internal static class CallFailures
{
    public static StatusCode ToStatusCode(HttpStatusCode http) => http switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>What an exception of the transport means for its call.</summary>
    public static Status ToStatus(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RpcException failure:
                    return failure.Status;
                case HttpProtocolException reset:
                    return new Status(ToStatusCode(reset.ErrorCode), Describe(exception), exception);
                case SocketException or HttpIOException:
                    return new Status(StatusCode.Unavailable, Describe(exception), exception);
            }
        }

        // Without a cause below it a request was refused on this side, as for headers over the server's limit: a retry
        // cannot help.
        bool isRefused = exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.Unknown, InnerException: null,
        };
        return exception is (HttpRequestException or IOException) && !isRefused
            ? new Status(StatusCode.Unavailable, Describe(exception), exception)
            : new Status(StatusCode.Internal, Describe(exception), exception);
    }

    private static StatusCode ToStatusCode(long http2Error) => http2Error switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM: the server has not looked at it
        0x8 => StatusCode.Cancelled, // CANCEL
        0xB => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xC => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static string Describe(Exception exception) =>
        exception.InnerException is { } inner && inner.Message != exception.Message
            ? $"{exception.Message} {inner.Message}"
            : exception.Message;
}

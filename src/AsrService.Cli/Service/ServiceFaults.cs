using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Cli.Service;

/// <summary>What a failed call means to the person at the prompt: one line, and an exit code.</summary>
internal static class ServiceFaults
{
    /// <summary>The failure in one line that begins with who or what is concerned.</summary>
    /// <param name="subject">The file, or the address.</param>
    /// <param name="address">The address as given.</param>
    /// <param name="failure">The failed call.</param>
    public static ServiceException Explain(string subject, string address, RpcException failure)
    {
        var details = failure.GetRpcStatus();
        var cause = details?.GetDetail<ErrorInfo>();
        string text = failure.Status.DebugException is { } transport && details is null
            ? $"{address}: {DescribeTransport(transport)}"
            : $"{subject}: {Describe(failure, details, cause)}";
        return new ServiceException(ExitCodeOf(failure.StatusCode, cause?.Reason), OneLine.Of(text), failure);
    }

    private static int ExitCodeOf(StatusCode code, string? reason) => (code, reason) switch
    {
        (_, "AUDIO_DECODE" or "FILE_LIMIT") => ExitCodes.BadInput,
        (StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition, _) => ExitCodes.Usage,
        _ => ExitCodes.ServiceFailed,
    };

    private static string Describe(RpcException failure, Google.Rpc.Status? details, ErrorInfo? cause)
    {
        string message = failure.Status.Detail;
        return failure.StatusCode switch
        {
            StatusCode.InvalidArgument when Violations(details) is { Length: > 0 } fields => $"refused by the service: {fields}",
            StatusCode.InvalidArgument => $"refused by the service: {message}",
            StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.OutOfRange => message,
            StatusCode.ResourceExhausted => $"no free place: {message}{RetryAdvice(details)}",
            StatusCode.Unavailable => $"the service is not available: {message}{RetryAdvice(details)}",
            StatusCode.Unauthenticated or StatusCode.PermissionDenied => $"the service wants other credentials: {message}",
            StatusCode.Unimplemented => $"this is not served there ({message}); is it an AsrService of this version?",
            StatusCode.Unknown => $"this is no gRPC service: {message}",
            StatusCode.Internal when cause?.Metadata.TryGetValue("error_id", out string? id) == true =>
                $"the service failed: {message} (its log has more under {id})",
            _ => $"the service ended the call ({failure.StatusCode}): {message}",
        };
    }

    private static string Violations(Google.Rpc.Status? details) => string.Join(
        "; ", details?.GetDetail<BadRequest>()?.FieldViolations.Select(field => $"{field.Field}: {field.Description}") ?? []);

    private static string RetryAdvice(Google.Rpc.Status? details)
    {
        if (details?.GetDetail<RetryInfo>()?.RetryDelay is not { } delay) return "";
        double seconds = Math.Max(1, Math.Ceiling(delay.ToTimeSpan().TotalSeconds));
        return string.Create(CultureInfo.InvariantCulture, $" Try again in {seconds:F0} s.");
    }

    /// <summary>By the cause that says something; the transport's own sentences are for its makers.</summary>
    private static string DescribeTransport(Exception transport)
    {
        for (var cause = transport; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AuthenticationException:
                    return $"no TLS connection: {cause.Message}";
                case SocketException { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.Shutdown) }:
                    return $"cannot be reached: {cause.Message}.";
            }
        }

        // Before the response began, or after. Which exception a server of another protocol leads to is a matter of luck.
        return transport is HttpRequestException or OperationCanceledException
            ? "gives no answer in HTTP/2; is it the gRPC port?"
            : "the connection broke.";
    }
}

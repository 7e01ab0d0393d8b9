using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace AsrService.Hosting;

/// <summary>Answers a request that does not get to its endpoint, in the words of its protocol.</summary>
internal static class RefusalWriter
{
    private const string GrpcContent = "application/grpc";

    /// <summary>Writes a refusal as gRPC status, or as HTTP status with a line for people.</summary>
    public static Task WriteAsync(HttpContext http, RpcException refusal)
    {
        bool isGrpc = http.Request.ContentType?.StartsWith(GrpcContent, StringComparison.OrdinalIgnoreCase) ?? false;
        if (isGrpc)
        {
            WriteGrpc(http.Response, refusal);
            return Task.CompletedTask;
        }

        http.Response.StatusCode = refusal.StatusCode switch
        {
            StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
            StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status503ServiceUnavailable,
        };
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(refusal.Status.Detail + "\n");
    }

    /// <summary>As a response of headers alone (gRPC over HTTP/2, "Trailers-Only").</summary>
    private static void WriteGrpc(HttpResponse response, RpcException refusal)
    {
        response.ContentType = GrpcContent;
        response.Headers["grpc-status"] = ((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(refusal.Status.Detail);
        foreach (var entry in refusal.Trailers)
            response.Headers.Append(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value);
    }
}

using AsrService.Rpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AsrService.Rpc.Server;

/// <summary>Requests that are not gRPC are refused in HTTP's words: their senders may not know gRPC's.</summary>
internal static class ProtocolChecks
{
    /// <summary>Whether a request is not gRPC; the response is then complete.</summary>
    public static bool Refuse(HttpContext http)
    {
        var response = http.Response;
        if (!HeaderNames.IsGrpc(http.Request.ContentType))
        {
            response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            response.Headers[HeaderNames.Status] = ((int)StatusCode.Unknown).ToString(provider: null);
            response.Headers[HeaderNames.Message] =
                StatusText.Encode($"Content type '{StatusText.Quote(http.Request.ContentType)}' is not gRPC.");
            return true;
        }

        if (HttpProtocol.IsHttp2(http.Request.Protocol)) return false;
        response.StatusCode = StatusCodes.Status426UpgradeRequired;
        response.Headers.Upgrade = "h2c";
        ServerCall.WriteAlone(
            response, new Status(StatusCode.Internal, $"{http.Request.Protocol} cannot carry gRPC; use HTTP/2."));
        return true;
    }

    /// <summary>Answers calls of methods or services that nobody has mapped.</summary>
    public static Task AnswerUnimplemented(HttpContext http, string what)
    {
        if (!Refuse(http)) ServerCall.WriteAlone(http.Response, new Status(StatusCode.Unimplemented, what));
        return Task.CompletedTask;
    }
}

/// <summary>Lets the routes of unknown methods match gRPC requests only: other POST requests are not ours.</summary>
internal sealed class GrpcRouteConstraint : IRouteConstraint
{
    public const string Name = "grpcunimplemented";

    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection) =>
        httpContext is not null && HeaderNames.IsGrpc(httpContext.Request.ContentType);
}

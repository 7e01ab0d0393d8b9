using AsrService.Rpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Server;

/// <summary>The server's side of one call, from the request's headers to the status.</summary>
/// <remarks>
/// Checked ──handler──▶ Running ──returns or throws──▶ Ended. The status travels alone in the headers if nothing was
/// sent before and it is an error, else in the trailers; it is not sent when nobody is there to read it.
/// </remarks>
internal static partial class ServerCall
{
    /// <summary>Runs a handler for a request that routing found a method for.</summary>
    public static async Task RunAsync(
        HttpContext http, IMethod method, CallSettings settings, Func<HttpServerCallContext, Task> handler)
    {
        if (ProtocolChecks.Refuse(http)) return;
        LiftBodyLimits(http);
        if (!CallLifetime.TryReadTimeout(http.Request, out var timeout))
        {
            WriteAlone(http.Response, new Status(StatusCode.Internal, $"{HeaderNames.Timeout} is malformed."));
            return;
        }

        using var lifetime = new CallLifetime(http, timeout, settings.Time);
        var call = new HttpServerCallContext(http, method, settings, lifetime);
        try
        {
            CheckEncoding(call);
            await handler(call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Status = StatusOf(exception, call);
        }

        if (lifetime.IsDeadlineExceeded && call.CancellationToken.IsCancellationRequested)
        {
            call.Status = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
        }

        await EndAsync(call).ConfigureAwait(false);
    }

    /// <summary>Answers with a status and nothing else.</summary>
    public static void WriteAlone(HttpResponse response, Status status)
    {
        response.ContentType = HeaderNames.ContentType;
        WriteStatus(response.Headers, status, trailers: []);
    }

    private static async Task EndAsync(HttpServerCallContext call)
    {
        var response = call.HttpContext.Response;
        var trailers = EncodeTrailers(call);
        if (!response.HasStarted && call.Status.StatusCode != StatusCode.OK)
        {
            response.ContentType = HeaderNames.ContentType;
            WriteStatus(response.Headers, call.Status, trailers);
            return;
        }

        try
        {
            await call.StartAsync().ConfigureAwait(false);
            var destination = call.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
            if (destination is { IsReadOnly: false }) WriteStatus(destination, call.Status, trailers);
        }
        catch (OperationCanceledException) when (call.CancellationToken.IsCancellationRequested)
        {
            call.HttpContext.Abort(); // the caller hung up before the response began
        }
    }

    private static (string Name, string Value)[] EncodeTrailers(HttpServerCallContext call)
    {
        if (!call.HasTrailers) return [];
        try
        {
            return [.. from entry in call.ResponseTrailers
                       where HeaderNames.IsMetadata(entry.Key)
                       select (entry.Key, entry.HeaderValue())];
        }
        catch (ArgumentException unsendable)
        {
            Log.HandlerFailed(call.Settings.Logger, call.Method, unsendable);
            call.Status = new Status(StatusCode.Internal, "The handler set trailers that cannot be sent.");
            return [];
        }
    }

    private static void WriteStatus(IHeaderDictionary headers, Status status, (string Name, string Value)[] trailers)
    {
        headers[HeaderNames.Status] = ((int)status.StatusCode).ToString(provider: null);
        if (!string.IsNullOrEmpty(status.Detail)) headers[HeaderNames.Message] = StatusText.Encode(status.Detail);
        foreach (var (name, value) in trailers)
        {
            headers.Append(name, value);
        }
    }

    private static Status StatusOf(Exception exception, HttpServerCallContext call)
    {
        switch (exception)
        {
            case RpcException failure:
                foreach (var entry in failure.Trailers)
                {
                    call.ResponseTrailers.Add(entry);
                }

                return failure.Status;
            case OperationCanceledException or IOException when call.CancellationToken.IsCancellationRequested:
                return new Status(StatusCode.Cancelled, "The call was cancelled.");
            default:
                Log.HandlerFailed(call.Settings.Logger, call.Method, exception);
                return new Status(StatusCode.Unknown, call.Settings.EnableDetailedErrors
                    ? $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}"
                    : "Exception was thrown by handler.");
        }
    }

    private static void CheckEncoding(HttpServerCallContext call)
    {
        if (call.RequestEncoding is null or HeaderNames.Identity or HeaderNames.Gzip) return;
        call.HttpContext.Response.Headers[HeaderNames.AcceptEncoding] = HeaderNames.Accepted;
        throw MessageErrors.UnknownEncoding(call.RequestEncoding);
    }

    // Kestrel would end a stream after 30 MB and reset the whole connection of a caller who is silent for some seconds.
    private static void LiftBodyLimits(HttpContext http)
    {
        var size = http.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (size is { IsReadOnly: false }) size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} failed with an unexpected exception; the caller is told UNKNOWN.")]
        public static partial void HandlerFailed(ILogger logger, string method, Exception exception);
    }
}

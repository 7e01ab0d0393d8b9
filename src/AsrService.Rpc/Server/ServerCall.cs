using AsrService.Rpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Server;

/// <summary>The server's side of one call, from the request's headers to the status.</summary>
/// <remarks>
/// Checked ──handler──▶ Running ──returns or throws──▶ Ended; at the deadline Running ──▶ Answered ──returns──▶ Ended:
/// the caller has its status while a handler that ignores its token runs on. The status travels alone in the headers if
/// nothing was sent before and it is an error, else in the trailers, behind what the caller has still to read; it is
/// not sent when nobody is there to read it. The request ends last: nothing touches the response after it.
/// </remarks>
internal static partial class ServerCall
{
    // grpc-message has to fit into what clients take as headers, 8 KiB with some, percent-encoded threefold.
    private const int LongestDetail = 1024;

    private static readonly Status DeadlineExceeded = new(StatusCode.DeadlineExceeded, "Deadline Exceeded");

    /// <summary>Runs a handler for a request that routing found a method for.</summary>
    public static async Task RunAsync(
        HttpContext http, IMethod method, CallSettings settings, Func<HttpServerCallContext, Task> handler)
    {
        if (ProtocolChecks.Refuse(http)) return;
        LiftBodyLimits(http);
        bool isTimeoutRead = CallLifetime.TryReadTimeout(http.Request, out var timeout);
        using var lifetime = new CallLifetime(http, method, settings, timeout);
        var call = new HttpServerCallContext(http, method, settings, lifetime);
        try
        {
            if (!isTimeoutRead) throw MessageErrors.BadHeader(HeaderNames.Timeout, "is malformed");
            CheckEncoding(call);
            lifetime.StartTimer(() =>
            {
                if (call.Gate.TryShut()) _ = AnswerEarlyAsync(call); // awaited below
            });
            await handler(call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Status = StatusOf(exception, call);
        }

        if (call.Gate.TryShut())
        {
            await AnswerAsync(call).ConfigureAwait(false);
            return;
        }

        call.Cancel(); // for the write that the handler has not awaited
        await call.Answered.Task.ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the response before the request has ended, for whom <see cref="ResponseGate"/> told to: mostly because the
    /// deadline has passed while the handler may still run.
    /// </summary>
    public static async Task AnswerEarlyAsync(HttpServerCallContext call)
    {
        try
        {
            await AnswerAsync(call).ConfigureAwait(false);
            await call.HttpContext.Response.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Log.NotAnswered(call.Settings.Logger, call.Method, failure);
            call.HttpContext.Abort();
        }
        finally
        {
            call.Answered.SetResult();
        }
    }

    /// <summary>Answers with a status and nothing else.</summary>
    public static void WriteAlone(HttpResponse response, Status status) => WriteAlone(response, status, trailers: []);

    private static async Task AnswerAsync(HttpServerCallContext call)
    {
        bool isLate = call.IsDeadlineExceeded; // not what passes while the caller reads
        if (!await UnreadResponse.WaitAsync(call).ConfigureAwait(false)) return;

        var trailers = isLate ? [] : EncodeTrailers(call); // past the deadline the handler may be adding to them
        var status = isLate ? DeadlineExceeded : call.Status;
        var response = call.HttpContext.Response;
        if (!response.HasStarted && status.StatusCode != StatusCode.OK)
        {
            WriteAlone(response, status, trailers);
            return;
        }

        try
        {
            await call.StartAsync().ConfigureAwait(false);
            var destination = call.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
            if (destination is { IsReadOnly: false }) WriteStatus(destination, status, trailers);
        }
        catch (OperationCanceledException) when (call.CancellationToken.IsCancellationRequested)
        {
            call.HttpContext.Abort(); // the caller hung up before the response began
        }
    }

    private static void WriteAlone(HttpResponse response, Status status, (string Name, string Value)[] trailers)
    {
        response.ContentType = HeaderNames.ContentType;
        WriteStatus(response.Headers, status, trailers);
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
        if (!string.IsNullOrEmpty(status.Detail))
        {
            headers[HeaderNames.Message] = StatusText.Encode(StatusText.Shorten(status.Detail, LongestDetail));
        }

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
            case OperationCanceledException or IOException when call.IsCancelled:
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

        [LoggerMessage(2, LogLevel.Debug, "{Method} is over, and its caller could not be told.")]
        public static partial void NotAnswered(ILogger logger, string method, Exception exception);
    }
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Server;

/// <summary>
/// The end of a response. Trailers follow the data that the caller's flow control still holds back: they wait for him to
/// read, but not for ever.
/// </summary>
internal static partial class ResponseEnd
{
    private const int CancelCode = 8; // CANCEL of RFC 9113

    /// <summary>
    /// Ends the response and waits until what was written before has left, or the stream was reset as nobody reads it.
    /// </summary>
    public static async Task SendAsync(HttpServerCallContext call)
    {
        await call.HttpContext.Response.CompleteAsync().ConfigureAwait(false); // waits for nobody
        if (call.Settings.StatusTimeout is not { } limit) return;

        var unread = call.Flushing;
        await unread.WaitAsync(limit, call.Settings.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (unread.IsCompleted) return;

        Log.NotRead(call.Settings.Logger, call.Method);
        if (call.HttpContext.Features.Get<IHttpResetFeature>() is { } stream) stream.Reset(CancelCode);
        else call.HttpContext.Abort();
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Debug, "{Method} has ended, but its caller does not read: its stream is reset.")]
        public static partial void NotRead(ILogger logger, string method);
    }
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Server;

/// <summary>What a call's caller has not read when the call ends: the write that his flow control held back.</summary>
internal static partial class UnreadResponse
{
    private const int Cancel = 8; // CANCEL of RFC 9113

    /// <summary>Waits until it is read, so that a status can follow, or resets the stream of a caller who does not.</summary>
    /// <returns>Whether a status can follow.</returns>
    /// <remarks>
    /// Either way the flush is over then. Kestrel pools its streams and takes one back when request and response have
    /// ended, whether or not a flush of it has: one that is left behind meets the stream's next call, or has the next
    /// call's start fail and with it the whole connection.
    /// </remarks>
    public static async ValueTask<bool> WaitAsync(HttpServerCallContext call)
    {
        var flushing = call.Flushing;
        if (flushing.IsCompleted) return true;
        await flushing.WaitAsync(call.Settings.StatusTimeout, call.Settings.Time)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (flushing.IsCompleted) return true;

        Log.NotRead(call.Settings.Logger, call.Method);
        call.HttpContext.Features.GetRequiredFeature<IHttpResetFeature>().Reset(Cancel);
        await flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Debug, "{Method} has ended, but its caller does not read: its stream is reset.")]
        public static partial void NotRead(ILogger logger, string method);
    }
}

using AsrService.Rpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AsrService.Rpc.Server;

/// <summary>What may end a call before its handler does: the caller, the server's stop, the deadline.</summary>
internal sealed partial class CallLifetime : IDisposable
{
    // A timer takes no more than 49 days; a call that may last longer has no deadline that matters.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenRegistration _aborted;
    private readonly IMethod _method;
    private readonly CallSettings _settings;
    private readonly TimeSpan? _left;
    private ITimer? _timer;
    private Action? _answer;
    private volatile bool _isDeadlineExceeded;
    private volatile bool _isEnded;

    public CallLifetime(HttpContext http, IMethod method, CallSettings settings, TimeSpan? timeout)
    {
        Token = _cancelled.Token;
        _method = method;
        _settings = settings;
        _aborted = http.RequestAborted.UnsafeRegister(static state => ((CallLifetime)state!).Cancel(), this);
        if (timeout is not { } left || left > LongestTimer) return;

        _left = left;
        Deadline = settings.Time.GetUtcNow().UtcDateTime + left;
    }

    public DateTime Deadline { get; } = DateTime.MaxValue;

    public CancellationToken Token { get; }

    /// <summary>
    /// Set by the timer and nothing else: comparing the clock with the deadline after the token was cancelled would be
    /// a race.
    /// </summary>
    public bool IsDeadlineExceeded => _isDeadlineExceeded;

    public bool IsEnded => _isEnded;

    /// <summary>The timeout that a caller asks for; null without one.</summary>
    /// <returns>False where the header is malformed.</returns>
    public static bool TryReadTimeout(HttpRequest request, out TimeSpan? timeout)
    {
        timeout = null;
        string? header = request.Headers[HeaderNames.Timeout];
        if (header is null) return true;
        if (!GrpcTimeout.TryParse(header, out var parsed)) return false;
        timeout = parsed;
        return true;
    }

    /// <summary>Starts the timer of the deadline, if there is one.</summary>
    /// <param name="answer">Called when it has passed, before the token is cancelled: the handler may ignore that, and
    /// what it registered there may block.</param>
    public void StartTimer(Action answer)
    {
        if (_left is not { } left) return;
        _answer = answer;
        _timer = _settings.Time.CreateTimer(
            static state => ((CallLifetime)state!).Expire(), this, left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Cancels the token. What the handler has registered there is run here, mostly by a timer or by the server: its
    /// exceptions are logged, as they would end the process or stand in for the call's own.
    /// </summary>
    public void Cancel()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended at the same moment.
        }
        catch (AggregateException thrown)
        {
            Log.CallbackFailed(_settings.Logger, _method.FullName, thrown);
        }
    }

    public void Dispose()
    {
        _isEnded = true;
        _timer?.Dispose();
        _aborted.Dispose();
        _cancelled.Dispose();
    }

    private void Expire()
    {
        _isDeadlineExceeded = true;
        _answer!();
        Cancel();
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Error, "{Method} was cancelled, and a callback registered on its token failed.")]
        public static partial void CallbackFailed(ILogger logger, string method, Exception exception);
    }
}

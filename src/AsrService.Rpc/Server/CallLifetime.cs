using AsrService.Rpc.Wire;
using Microsoft.AspNetCore.Http;

namespace AsrService.Rpc.Server;

/// <summary>What may end a call before its handler does: the caller, the server's stop, the deadline.</summary>
internal sealed class CallLifetime : IDisposable
{
    // A timer takes no more than 49 days; a call that may last longer has no deadline that matters.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenRegistration _aborted;
    private readonly TimeSpan? _left;
    private readonly TimeProvider _time;
    private ITimer? _timer;
    private Action? _answer;
    private volatile bool _isDeadlineExceeded;
    private volatile bool _isEnded;

    public CallLifetime(HttpContext http, TimeSpan? timeout, TimeProvider time)
    {
        Token = _cancelled.Token;
        _time = time;
        _aborted = http.RequestAborted.UnsafeRegister(static state => ((CallLifetime)state!).Cancel(), this);
        if (timeout is not { } left || left > LongestTimer) return;

        _left = left;
        Deadline = time.GetUtcNow().UtcDateTime + left;
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
        _timer = _time.CreateTimer(
            static state => ((CallLifetime)state!).Expire(), this, left, Timeout.InfiniteTimeSpan);
    }

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
}

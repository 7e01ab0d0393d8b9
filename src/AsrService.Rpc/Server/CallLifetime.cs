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
    private readonly ITimer? _timer;
    private volatile bool _isDeadlineExceeded;
    private volatile bool _isEnded;

    public CallLifetime(HttpContext http, TimeSpan? timeout, TimeProvider time)
    {
        Token = _cancelled.Token;
        _aborted = http.RequestAborted.UnsafeRegister(static state => ((CallLifetime)state!).Cancel(), this);
        if (timeout is not { } left || left > LongestTimer) return;

        Deadline = time.GetUtcNow().UtcDateTime + left;
        _timer = time.CreateTimer(
            static state => ((CallLifetime)state!).Expire(), this, left, Timeout.InfiniteTimeSpan);
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
        Cancel();
    }
}

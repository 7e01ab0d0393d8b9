using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>
/// Decides when to say how well the session keeps up: every 4 s, and whenever the lag reaches another whole second from
/// 2 s on. Reads no clock.
/// </summary>
internal sealed class FlowPolicy
{
    /// <summary>How often to ask; the contract's 5 s leave a second for scheduling.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(2);

    private TimeSpan _lastAt;
    private int _lastLevel;
    private bool _isDraining;

    /// <param name="now">Time since the session began.</param>
    /// <param name="lag">Received minus processed.</param>
    /// <param name="isDraining">Whether the server drains, which is told at once.</param>
    /// <returns>What to send; null for nothing.</returns>
    public V1.FlowAdvice? Next(TimeSpan now, TimeSpan lag, bool isDraining = false)
    {
        int level = lag < Tolerated ? 0 : (int)lag.TotalSeconds;
        bool isDue = now - _lastAt >= Interval || level > _lastLevel || isDraining != _isDraining;
        if (!isDue)
        {
            _lastLevel = Math.Min(_lastLevel, level); // so that it is told again when it grows again
            return null;
        }

        (_lastAt, _lastLevel, _isDraining) = (now, level, isDraining);
        if (isDraining) return V1.FlowAdvice.Reconnect;
        return level > 0 ? V1.FlowAdvice.SlowDown : V1.FlowAdvice.Ok;
    }
}

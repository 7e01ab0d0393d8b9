using System.Globalization;

namespace AsrService.Cli.Hub;

/// <summary>How far a download is: one line that is redrawn on a terminal, a plain line every 10 % otherwise.</summary>
/// <param name="to">stderr.</param>
/// <param name="name">Of the model.</param>
/// <param name="isTerminal">Whether lines may be redrawn.</param>
internal sealed class PullProgress(TextWriter to, string name, bool isTerminal) : IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private long _drawnAt, _atStart = -1;
    private int _tenth = -1;
    private bool _isDrawn;

    /// <summary>Takes how far it is. Thread-safe.</summary>
    public void Report(long present, long total)
    {
        lock (_lock)
        {
            if (_atStart < 0) _atStart = present;
            if (isTerminal) Draw(present, total);
            else Announce(present, total);
        }
    }

    public void Dispose()
    {
        if (_isDrawn) to.Write("\r\e[K");
    }

    private void Draw(long present, long total)
    {
        if (_isDrawn && TimeProvider.System.GetElapsedTime(_drawnAt) < Redraw) return;
        (_drawnAt, _isDrawn) = (TimeProvider.System.GetTimestamp(), true);
        to.Write($"\r\e[K{Describe(present, total)}");
    }

    private void Announce(long present, long total)
    {
        int tenth = total > 0 ? (int)(10 * present / total) : 10;
        if (tenth <= _tenth) return; // also where a broken file starts again
        _tenth = tenth;
        to.WriteLine(Describe(present, total));
    }

    private string Describe(long present, long total)
    {
        double seconds = TimeProvider.System.GetElapsedTime(_started).TotalSeconds;
        double speed = seconds > 0 ? Math.Max(0, present - _atStart) / seconds / 1e6 : 0;
        double percent = total > 0 ? Math.Floor(100.0 * present / total) : 100;
        return string.Create(
            CultureInfo.InvariantCulture, $"{name}: {percent:F0} %, {present / 1e6:F1} of {total / 1e6:F1} MB, {speed:F1} MB/s");
    }
}

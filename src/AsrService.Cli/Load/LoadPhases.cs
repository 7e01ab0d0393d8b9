namespace AsrService.Cli.Load;

/// <summary>Where lag is read.</summary>
internal enum LoadWindow
{
    Start,
    End,
}

/// <summary>The course of a run: streams start one after another, all run, they end one after another.</summary>
/// <param name="time">The clock.</param>
/// <param name="stagger">From the start of the first to that of the last.</param>
/// <param name="length">How long a stream lasts; zero where it has no pace, and then nothing is read.</param>
internal sealed class LoadPhases(TimeProvider time, TimeSpan stagger, TimeSpan length)
{
    private static readonly TimeSpan Widest = TimeSpan.FromSeconds(10);

    private readonly long _started = time.GetTimestamp();

    /// <summary>When a stream is to start.</summary>
    /// <param name="stream">From 0.</param>
    /// <param name="streams">How many there are.</param>
    public TimeSpan UntilStart(int stream, int streams)
    {
        var left = stagger * stream / streams - time.GetElapsedTime(_started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The first or the last seconds in which all streams run: at most 10, and a quarter of them.</summary>
    /// <returns>Null for any other time.</returns>
    public LoadWindow? WindowOf(long timestamp)
    {
        if (length <= stagger) return null;
        var width = (length - stagger) / 4;
        if (width > Widest) width = Widest;
        var at = time.GetElapsedTime(_started, timestamp);
        if (at >= stagger && at < stagger + width) return LoadWindow.Start;
        return at >= length - width && at < length ? LoadWindow.End : null;
    }
}

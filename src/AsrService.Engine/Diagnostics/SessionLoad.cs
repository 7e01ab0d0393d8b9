namespace AsrService.Engine.Diagnostics;

/// <summary>What gauges ask of a session or recording: written under the session's lock, read by scrapes without it.</summary>
internal sealed class SessionLoad(string mode, int channels, long opened)
{
    private readonly long[] _buffered = new long[channels]; // samples
    private readonly bool[] _speaking = new bool[channels];
    private readonly double[] _intervals = new double[channels]; // seconds; 0 before the second refresh

    /// <summary>A caller's live audio.</summary>
    public const string Live = "live";

    /// <summary>A recording.</summary>
    public const string File = "file";

    /// <summary>Both.</summary>
    public static readonly string[] Modes = [Live, File];

    /// <summary>Live or a file.</summary>
    public string Mode { get; } = mode;

    /// <summary>Timestamp.</summary>
    public long Opened { get; } = opened;

    /// <summary>Whether any channel hears speech now.</summary>
    public bool IsSpeaking => SpeakingChannels > 0;

    /// <summary>Channels that hear speech now.</summary>
    public int SpeakingChannels
    {
        get
        {
            int count = 0;
            for (int i = 0; i < _speaking.Length; i++)
            {
                if (Volatile.Read(ref _speaking[i])) count++;
            }
            return count;
        }
    }

    /// <summary>Seconds from one refresh to the next, of each channel that has had two.</summary>
    public IEnumerable<double> Intervals
    {
        get
        {
            for (int i = 0; i < _intervals.Length; i++)
            {
                if (Volatile.Read(ref _intervals[i]) is > 0 and var interval) yield return interval;
            }
        }
    }

    /// <summary>Unprocessed samples of all channels.</summary>
    public long Buffered
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < _buffered.Length; i++) sum += Volatile.Read(ref _buffered[i]);
            return sum;
        }
    }

    public void SetBuffered(int channel, long samples) => Volatile.Write(ref _buffered[channel], samples);

    public void SetSpeaking(int channel, bool isSpeaking) => Volatile.Write(ref _speaking[channel], isSpeaking);

    /// <summary>A refresh came so long after the one before.</summary>
    public void AddInterval(int channel, TimeSpan interval) =>
        Volatile.Write(ref _intervals[channel], EngineMetrics.Blend(_intervals[channel], interval));
}

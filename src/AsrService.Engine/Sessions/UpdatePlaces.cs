using AsrService.Audio;

namespace AsrService.Engine.Sessions;

/// <summary>Where in its audio a session's settings were changed.</summary>
/// <param name="sampleRate">Of the frames.</param>
internal sealed class UpdatePlaces(int sampleRate)
{
    private readonly Queue<(long Frames, bool ChangesLanguage)> _ahead = new();
    private int _count, _epoch;

    /// <summary>Takes an update.</summary>
    /// <param name="frames">Frames before it.</param>
    /// <param name="changesLanguage">Whether languages locked before are forgotten.</param>
    /// <returns>The last sample at 16 kHz that is not behind it.</returns>
    public long Add(long frames, bool changesLanguage)
    {
        _ahead.Enqueue((frames, changesLanguage));
        return (long)((Int128)frames * Resampler.OutputRate / sampleRate);
    }

    /// <summary>How many updates, and how many of the languages, lie before a sample; asked in ascending order.</summary>
    public (int Count, int Epoch) Before(long sample)
    {
        while (_ahead.TryPeek(out var next) && IsBefore(next.Frames, sample, sampleRate))
        {
            _ahead.Dequeue();
            _count++;
            if (next.ChangesLanguage) _epoch++;
        }

        return (_count, _epoch);
    }

    /// <summary>Whether an update that came after so many frames lies before a sample.</summary>
    public static bool IsBefore(long frames, long sample, int sampleRate) =>
        (Int128)frames * Resampler.OutputRate < (Int128)sample * sampleRate;
}

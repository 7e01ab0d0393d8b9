using System.Globalization;

namespace AsrService.Audio;

/// <summary>
/// Reads a recording from its start to its end as float samples, channels interleaved, at the recording's own rate.
/// A sample frame is one sample of every channel. Not thread-safe.
/// </summary>
public abstract class AudioReader : IDisposable
{
    /// <summary>The most channels a recording may have.</summary>
    public const int MaxChannels = 8;

    /// <summary>What messages call the recording: its path, or the name given with the stream.</summary>
    public abstract string Name { get; }

    /// <summary>Samples a second of each channel, in Hz.</summary>
    public abstract int SampleRate { get; }

    /// <summary>Channels, 1 to <see cref="MaxChannels"/>.</summary>
    public abstract int Channels { get; }

    /// <summary>Sample frames in the whole recording, or null where its header does not say.</summary>
    public abstract long? FrameCount { get; }

    /// <summary>Whether the encoding holds every sample within [-1, 1], as integer formats do.</summary>
    public abstract bool IsWithinUnitRange { get; }

    /// <summary>Whether <see cref="Rewind"/> works.</summary>
    public abstract bool CanRewind { get; }

    /// <summary>Reads the next sample frames; fewer than asked for does not mean the end.</summary>
    /// <param name="interleaved">Room for at least one sample frame; what does not hold a whole one stays as it
    /// was.</param>
    /// <returns>Sample frames read; 0 at the end.</returns>
    /// <exception cref="ArgumentException">There is no room for one sample frame.</exception>
    /// <exception cref="AudioFormatException">The contents cannot be decoded, or a sample is not a finite
    /// number.</exception>
    public abstract int Read(Span<float> interleaved);

    /// <summary>Goes back to the first sample frame.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanRewind"/> is false.</exception>
    public abstract void Rewind();

    /// <summary>Closes the file or ends the decoder.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the reader owns.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Sample frames that fit; refuses room for none, which would look like the end.</summary>
    private protected int FramesIn(int length) =>
        length >= Channels
            ? length / Channels
            : throw new ArgumentException($"Room for {length} samples; a sample frame has {Channels}.");

    /// <summary>Refuses NaN and infinities, naming the first.</summary>
    private protected void CheckFinite(ReadOnlySpan<float> interleaved, long firstFrame)
    {
        for (int i = 0; i < interleaved.Length; i++)
        {
            if (float.IsFinite(interleaved[i])) continue;
            long frame = firstFrame + (i / Channels);
            string seconds = ((double)frame / SampleRate).ToString("F3", CultureInfo.InvariantCulture);
            throw AudioFormatException.Field(
                Name, $"sample {frame} of channel {i % Channels} ({seconds} s)", "a finite number",
                interleaved[i].ToString(CultureInfo.InvariantCulture));
        }
    }
}

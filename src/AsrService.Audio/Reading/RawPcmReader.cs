namespace AsrService.Audio;

/// <summary>Reads headerless samples whose rate, channels and encoding the caller knows.</summary>
public sealed class RawPcmReader : PcmReader
{
    /// <summary>Starts where the stream stands and takes all that follows as samples.</summary>
    /// <param name="stream">Owned, and closed with the reader.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="sampleRate">Samples a second of each channel: <see cref="Resampler.MinRate"/> to
    /// <see cref="Resampler.MaxRate"/> Hz.</param>
    /// <param name="channels">Interleaved channels: 1 to <see cref="AudioReader.MaxChannels"/>.</param>
    /// <param name="encoding">How a sample is stored.</param>
    /// <exception cref="AudioFormatException">A value is out of range, or the stream does not hold whole sample frames
    /// (without seeking, this shows when its end is read).</exception>
    public RawPcmReader(
        Stream stream, string name, int sampleRate, int channels, SampleEncoding encoding = SampleEncoding.S16)
        : base(CheckedStream(stream), name, new PcmLayout(encoding, sampleRate, channels, null).Checked(name))
    {
        if (!stream.CanSeek) return;
        int frameBytes = PcmDecoder.BytesPerSample(encoding) * channels;
        CheckEnd((int)((stream.Length - stream.Position) % frameBytes));
    }

    private protected override void CheckEnd(int strayBytes)
    {
        if (strayBytes == 0) return;
        throw new AudioFormatException(
            $"{Name}: {strayBytes} bytes are left after the last whole sample frame; expected none. "
            + "Are encoding and channels as given?");
    }

    private static Stream CheckedStream(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream;
    }
}

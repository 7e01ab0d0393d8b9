namespace AsrService.Client;

/// <summary>
/// Silences each channel up to a place: what a new session must not hear again because its finals are out. Channels come
/// to their finals one by one, and a new session begins where the slowest is.
/// </summary>
internal sealed class ChannelMask(AudioFormat format)
{
    private readonly long[] _until = new long[format.Channels];
    private readonly int _sampleBytes = format.FrameBytes / format.Channels;

    private readonly byte _zero = format.Encoding switch
    {
        AudioEncoding.MuLaw => 0xFF,
        AudioEncoding.ALaw => 0xD5,
        _ => 0,
    };

    /// <summary>Silences a channel before a frame of the stream.</summary>
    public void Set(int channel, long until)
    {
        if (channel < _until.Length) _until[channel] = Math.Max(_until[channel], until);
    }

    /// <summary>The bytes as they are to be sent: themselves, or a copy.</summary>
    /// <param name="bytes">Sample frames.</param>
    /// <param name="from">Of the stream, the first of them.</param>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> bytes, long from)
    {
        if (_until.Max() <= from) return bytes;
        byte[] copy = bytes.ToArray();
        int frameBytes = format.FrameBytes;
        for (int channel = 0; channel < _until.Length; channel++)
        {
            long frames = Math.Min(_until[channel] - from, copy.Length / frameBytes);
            for (long frame = 0; frame < frames; frame++)
                copy.AsSpan((int)((frame * frameBytes) + (channel * _sampleBytes)), _sampleBytes).Fill(_zero);
        }

        return copy;
    }
}

namespace AsrService.Audio;

/// <summary>
/// Reads RIFF, RF64 and BW64 wave files: PCM of 8, 16, 24 and 32 bits, float of 32 and 64, µ-law and A-law, plain or
/// extensible, 1 to 8 channels, 1 to 768 kHz. A data length that is 0, a placeholder or too large, as writers leave it
/// that stream or break off, means to the end of the file; a torn last sample frame is dropped.
/// </summary>
public sealed class WavReader : PcmReader
{
    /// <summary>Parses the header; samples follow through <see cref="PcmReader.Read"/>.</summary>
    /// <param name="stream">Owned, and closed with the reader. It need not seek.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="AudioFormatException">Not a wave file, or one whose header cannot be right; the message names
    /// the field. The stream is left open.</exception>
    public WavReader(Stream stream, string name)
        : base(stream, name, WavHeader.Parse(stream, name))
    {
    }

    /// <summary>Whether a recording begins as a wave file does.</summary>
    /// <param name="start">Its first 12 bytes, or more.</param>
    public static bool IsWave(ReadOnlySpan<byte> start) => FileSignature.IsWave(start);

    /// <summary>Opens a file.</summary>
    /// <exception cref="AudioFormatException">It cannot be opened, or is not a wave file.</exception>
    public static WavReader Open(string path)
    {
        var stream = AudioFile.OpenStream(path);
        try
        {
            return new WavReader(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}

using System.Text;

namespace AsrService.Audio;

/// <summary>Tells file formats by their first bytes; a file's extension decides nothing.</summary>
internal static class FileSignature
{
    /// <summary>Bytes from the start that <see cref="Demuxer"/> looks at.</summary>
    public const int Length = 16;

    public const string AcceptedFormats = "WAV, MP3, MP4/M4A, Ogg, WebM/Matroska, FLAC, AAC (ADTS), AIFF, CAF, AMR";

    public static bool IsWave(ReadOnlySpan<byte> start) =>
        start.Length >= 12 && start.Slice(8, 4).SequenceEqual("WAVE"u8)
        && (start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8));

    /// <summary>
    /// Where the audio begins: behind an ID3v2 tag (id3.org, section 3.1), which may precede MP3, AAC and FLAC.
    /// </summary>
    public static long AfterTag(ReadOnlySpan<byte> start)
    {
        if (start.Length < 10 || !start.StartsWith("ID3"u8)) return 0;
        const int bits = 0x7F; // seven bits a byte
        return 10 + ((start[6] & bits) << 21 | (start[7] & bits) << 14 | (start[8] & bits) << 7 | (start[9] & bits));
    }

    /// <summary>ffmpeg's name for the format, or null for one that is not accepted.</summary>
    public static string? Demuxer(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("fLaC"u8) => "flac",
        _ when start.StartsWith("OggS"u8) => "ogg",
        _ when start.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) => "matroska",
        _ when start.StartsWith("caff"u8) => "caf",
        _ when start.StartsWith("#!AMR"u8) => "amr",
        _ when start.StartsWith("FORM"u8) && IsAt(start, 8, "AIF"u8) => "aiff",
        _ when IsAt(start, 4, "ftyp"u8) || IsAt(start, 4, "moov"u8) || IsAt(start, 4, "mdat"u8) => "mov",
        [0xFF, var second, ..] when (second & 0xF6) == 0xF0 => "aac",
        [0xFF, var second, var third, ..] when IsMpegAudio(second, third) => "mp3",
        _ => null,
    };

    /// <summary>The first bytes, for a message: as text where they are, else in hexadecimal.</summary>
    public static string Describe(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty) return "it is empty";
        start = start[..Math.Min(start.Length, 12)];
        bool isText = !start.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        return isText
            ? $"it starts with \"{Encoding.ASCII.GetString(start)}\""
            : $"it starts with bytes {Convert.ToHexString(start)}";
    }

    private static bool IsAt(ReadOnlySpan<byte> start, int at, ReadOnlySpan<byte> text) =>
        start.Length >= at && start[at..].StartsWith(text);

    /// <summary>A frame header: sync, and no reserved version, layer, bit rate or sample rate.</summary>
    private static bool IsMpegAudio(byte second, byte third) =>
        (second & 0xE0) == 0xE0 && (second & 0x18) != 0x08 && (second & 0x06) != 0
        && (third & 0xF0) != 0xF0 && (third & 0x0C) != 0x0C;
}

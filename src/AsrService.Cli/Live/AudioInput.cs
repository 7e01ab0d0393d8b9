using AsrService.Audio;

namespace AsrService.Cli.Live;

/// <summary>Opens what <c>asr stream</c> listens to, as a feed that has begun.</summary>
internal static class AudioInput
{
    /// <summary>The name that stands for stdin.</summary>
    public const string Pipe = "-";

    private const int SignatureLength = 12;

    /// <summary>A recording, or stdin.</summary>
    /// <param name="path">A file, or <see cref="Pipe"/>.</param>
    /// <param name="raw">What the bytes are; null where their header, or the file's name, says so.</param>
    /// <exception cref="AudioFormatException">It is no recording.</exception>
    public static AudioFeed Open(string path, RawFormat? raw)
    {
        if (path == Pipe) return new AudioFeed(OpenPipe(Console.OpenStandardInput(), raw));
        if (path.Length == 0)
            throw new AudioFormatException("FILE: expected the name of a recording, found an empty one.");
        var format = raw ?? (IsRawName(path) ? RawFormat.Default : null);
        return new AudioFeed(format is { } known
            ? AudioFile.OpenRaw(path, known.Rate, known.Channels, known.Encoding)
            : AudioFile.Open(path));
    }

    /// <summary>Whether a file's name says that it holds bare samples, which have no header to be known by.</summary>
    public static bool IsRawName(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pcm" or ".raw";

    /// <summary>Reads a pipe while it comes: a wave file by its header, anything else as bare samples.</summary>
    internal static AudioReader OpenPipe(Stream pipe, RawFormat? raw)
    {
        if (raw is not { } format)
        {
            var start = new byte[SignatureLength];
            int length = pipe.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            pipe = new PrefixedStream(start.AsMemory(0, length), pipe);
            if (IsWave(start)) return new WavReader(pipe, "stdin");
            format = RawFormat.Default;
        }

        return new RawPcmReader(pipe, "stdin", format.Rate, format.Channels, format.Encoding);
    }

    private static bool IsWave(ReadOnlySpan<byte> start) =>
        start[8..].SequenceEqual("WAVE"u8)
        && (start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8));
}

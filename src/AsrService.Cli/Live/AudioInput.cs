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
        return new AudioFeed(path == Pipe ? OpenPipe(Console.OpenStandardInput(), raw) : OpenFile(path, raw));
    }

    /// <summary>A recording; raw samples have no header to be known by, so there the name decides.</summary>
    /// <inheritdoc cref="Open"/>
    public static AudioReader OpenFile(string path, RawFormat? raw)
    {
        CheckName(path);
        var format = raw ?? (IsRawName(path) ? RawFormat.Default : null);
        return format is { } known
            ? AudioFile.OpenRaw(path, known.Rate, known.Channels, known.Encoding)
            : AudioFile.Open(path);
    }

    /// <summary>The bytes of a recording, whatever it is.</summary>
    /// <exception cref="AudioFormatException">There is no such file, or it cannot be opened.</exception>
    public static FileStream OpenBytes(string path)
    {
        CheckName(path);
        try
        {
            if (Directory.Exists(path)) throw new AudioFormatException($"{path}: is a directory; expected an audio file.");
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AudioFormatException($"{path}: there is no such file.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new AudioFormatException($"{path}: cannot be opened: {fault.Message}", fault);
        }
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

    private static void CheckName(string path)
    {
        if (path.Length == 0)
            throw new AudioFormatException("FILE: expected the name of a recording, found an empty one.");
    }

    private static bool IsWave(ReadOnlySpan<byte> start) =>
        start[8..].SequenceEqual("WAVE"u8)
        && (start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8));
}

namespace AsrService.Audio;

/// <summary>Opens recordings by what they contain.</summary>
public static class AudioFile
{
    /// <summary>Opens a wave file itself and any other accepted format through ffmpeg.</summary>
    /// <param name="path">A local file.</param>
    /// <param name="options">How ffmpeg is run, if it is needed; null for the defaults.</param>
    /// <returns>A reader that the caller disposes.</returns>
    /// <exception cref="AudioFormatException">The file cannot be opened, is of no accepted format, cannot be decoded,
    /// or needs ffmpeg where there is none. The message is one line for the user.</exception>
    public static AudioReader Open(string path, FfmpegOptions? options = null)
    {
        var stream = OpenStream(path);
        try
        {
            if (!stream.CanSeek) return new WavReader(stream, path); // what it starts with can be read only once
            Span<byte> start = stackalloc byte[FileSignature.Length];
            start = start[..Peek(stream, path, 0, start)];
            if (FileSignature.IsWave(start)) return new WavReader(stream, path);

            string demuxer = Demuxer(stream, path, start) ?? throw new AudioFormatException(
                $"{path}: not a recording of an accepted format ({FileSignature.AcceptedFormats}): "
                + $"{FileSignature.Describe(start)}.");
            stream.Dispose();
            return new FfmpegReader(path, demuxer, options ?? FfmpegOptions.Default);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file of headerless samples.</summary>
    /// <param name="path">A local file.</param>
    /// <param name="sampleRate">Samples a second of each channel.</param>
    /// <param name="channels">Interleaved channels.</param>
    /// <param name="encoding">How a sample is stored; by default signed 16-bit little-endian.</param>
    /// <returns>A reader that the caller disposes.</returns>
    /// <exception cref="AudioFormatException">The file cannot be opened or is not whole sample frames, or a value is
    /// out of range.</exception>
    public static AudioReader OpenRaw(
        string path, int sampleRate, int channels, SampleEncoding encoding = SampleEncoding.S16)
    {
        var stream = OpenStream(path);
        try
        {
            return new RawPcmReader(stream, path, sampleRate, channels, encoding);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    internal static FileStream OpenStream(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path))
                throw new AudioFormatException($"{path}: is a directory; expected an audio file.");
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AudioFormatException($"{path}: there is no such file.", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new AudioFormatException($"{path}: no permission to read it.", fault);
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or NotSupportedException)
        {
            throw new AudioFormatException($"{path}: cannot be opened: {fault.Message}", fault);
        }
    }

    private static string? Demuxer(FileStream stream, string path, ReadOnlySpan<byte> start)
    {
        long audio = FileSignature.AfterTag(start);
        if (audio == 0) return FileSignature.Demuxer(start);
        Span<byte> behind = stackalloc byte[FileSignature.Length];
        behind = behind[..Peek(stream, path, audio, behind)];
        return FileSignature.Demuxer(behind) ?? "mp3"; // tags may be followed by padding; it nearly always is MP3
    }

    private static int Peek(FileStream stream, string path, long at, Span<byte> bytes)
    {
        try
        {
            stream.Position = at;
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            return read;
        }
        catch (IOException fault)
        {
            throw new AudioFormatException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }
}

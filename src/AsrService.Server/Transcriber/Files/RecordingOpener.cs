using System.Diagnostics.CodeAnalysis;
using AsrService.Audio;
using AsrService.Hosting;

namespace AsrService.Server.Transcriber;

/// <summary>
/// Opens a recording that may still be uploading. Raw samples and WAV are read as they come where one pass does: in a
/// live cut, or where no peak has to be looked for first. Everything else waits for the whole file.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The engine owns what it opens.")]
internal sealed class RecordingOpener(FilePlan plan, UploadSpool spool, TimeSpan max, QuotaLease quota)
{
    private volatile BoundedReader? _reader;

    /// <summary>What was opened; null before.</summary>
    public BoundedReader? Reader => _reader;

    /// <summary>Opens it; may block while the upload goes on.</summary>
    /// <exception cref="AudioFormatException">It cannot be decoded; the message names no file of ours.</exception>
    public AudioReader Open()
    {
        var inner = BoundedReader.WithoutPath(spool.Path, OpenInner);
        bool clips = plan.Format is { Encoding: SampleEncoding.F32 };
        return _reader = new BoundedReader(inner, max, quota, clips, spool.Path);
    }

    private AudioReader OpenInner()
    {
        if (plan.Format is { } raw) return OpenRaw(raw);
        if (!IsWave()) return OpenWhole();

        var growing = spool.OpenRead();
        WavReader reader;
        try
        {
            reader = new WavReader(growing, BoundedReader.PublicName);
        }
        catch
        {
            growing.Dispose();
            throw;
        }

        if (IsOnePass(reader.SampleRate, reader.IsWithinUnitRange)) return reader;
        reader.Dispose();
        return OpenWhole();
    }

    private AudioReader OpenRaw(RawFormat raw)
    {
        if (IsOnePass(raw.SampleRate, raw.Encoding != SampleEncoding.F32))
            return new RawPcmReader(spool.OpenRead(), BoundedReader.PublicName, raw.SampleRate, raw.Channels, raw.Encoding);
        spool.WaitForAll();
        return AudioFile.OpenRaw(spool.Path, raw.SampleRate, raw.Channels, raw.Encoding);
    }

    private AudioReader OpenWhole()
    {
        spool.WaitForAll();
        return AudioFile.Open(spool.Path);
    }

    private bool IsOnePass(int sampleRate, bool isWithinUnitRange) =>
        plan.Options.IsLive || (sampleRate == Resampler.OutputRate && isWithinUnitRange);

    private bool IsWave()
    {
        Span<byte> start = stackalloc byte[12];
        using var growing = spool.OpenRead();
        int count = growing.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return WavReader.IsWave(start[..count]);
    }
}

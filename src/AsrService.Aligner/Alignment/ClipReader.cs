using System.Diagnostics.CodeAnalysis;
using AsrService.Audio;
using AsrService.Hosting;
using Google.Protobuf;

namespace AsrService.Aligner;

/// <summary>A recording as the model hears it.</summary>
/// <param name="Samples">16 kHz mono.</param>
/// <param name="Duration">Of the recording as it was sent.</param>
internal sealed record Clip(ReadOnlyMemory<float> Samples, TimeSpan Duration);

/// <summary>
/// Decodes the recordings of requests, a few at once: raw samples and WAV in memory, other containers by way of a file, as
/// ffmpeg has to seek in them.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Nobody takes the semaphore's wait handle: nothing is to be freed.")]
internal sealed class ClipReader
{
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>Decodes a recording.</summary>
    /// <param name="audio">Its bytes.</param>
    /// <param name="format">Of the bytes; null for a container.</param>
    /// <param name="max">The longest recording.</param>
    /// <param name="quota">Of its caller.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it cannot be decoded, or is too long. RESOURCE_EXHAUSTED: the quota is used up.</exception>
    public async Task<Clip> ReadAsync(
        ByteString audio, RawFormat? format, TimeSpan max, QuotaLease quota, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(audio, format, max, quota), cancellationToken);
        }
        catch (AudioFormatException fault)
        {
            throw Refusals.AudioDecode("audio", fault.Message);
        }
        finally
        {
            _places.Release();
        }
    }

    private static Clip Read(ByteString audio, RawFormat? format, TimeSpan max, QuotaLease quota)
    {
        if (format is not null)
        {
            var raw = new RawPcmReader(
                Open(audio), BoundedReader.PublicName, format.SampleRate, format.Channels, format.Encoding);
            return Read(new BoundedReader(raw, max, quota, clips: format.Encoding == SampleEncoding.F32, path: ""), max, quota);
        }
        if (WavReader.IsWave(audio.Span))
        {
            var wave = new WavReader(Open(audio), BoundedReader.PublicName);
            return Read(new BoundedReader(wave, max, quota, clips: false, path: ""), max, quota);
        }

        using var spool = new UploadSpool();
        spool.Append(audio.Span);
        spool.Complete();
        var inner = BoundedReader.WithoutPath(spool.Path, () => AudioFile.Open(spool.Path));
        return Read(new BoundedReader(inner, max, quota, clips: false, spool.Path), max, quota);
    }

    private static Clip Read(BoundedReader reader, TimeSpan max, QuotaLease quota)
    {
        using var speech = new SpeechReader(reader);
        var samples = speech.ReadToEnd();
        if (reader.IsOverQuota) throw quota.UsedUp();
        if (reader.IsCut) throw Refusals.BadValue("audio", $"is longer than {ExactDuration.Text(max)}.");
        int most = (int)(max.TotalSeconds * Resampler.OutputRate); // resampling may round up
        return new Clip(samples.AsMemory(0, Math.Min(samples.Length, most)), reader.Duration);
    }

    private static MemoryStream Open(ByteString audio) => new(audio.ToByteArray(), writable: false);
}

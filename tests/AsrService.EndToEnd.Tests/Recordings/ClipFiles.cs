using System.Collections.Concurrent;
using System.Diagnostics;
using AsrService.Contracts.V1;
using AsrService.TestKit;

namespace AsrService.EndToEnd.Tests.Recordings;

/// <summary>Raw clips of the bundled recordings in a temporary folder, each made once.</summary>
internal sealed class ClipFiles : IDisposable
{
    private const int HeaderBytes = 44;

    private static readonly Dictionary<AudioEncoding, string> FfmpegFormats = new()
    {
        [AudioEncoding.PcmS16Le] = "s16le",
        [AudioEncoding.PcmF32Le] = "f32le",
        [AudioEncoding.Mulaw] = "mulaw",
        [AudioEncoding.Alaw] = "alaw",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, Lazy<Clip>> _made = new();

    /// <summary>The first words of an interview, for what goes on beside something else.</summary>
    public Clip Short => Cut("interview-en", 0, 4.5);

    /// <summary>A whole 16-bit recording.</summary>
    public Clip Sample(string name) => Cut(name, 0, double.PositiveInfinity);

    /// <summary>A part of a 16-bit recording.</summary>
    public Clip Cut(string name, double from, double to) => Make($"{name}-{from}-{to}", path =>
    {
        byte[] wav = File.ReadAllBytes(SamplePath(name));
        var (channels, rate) = (BitConverter.ToInt16(wav, 22), BitConverter.ToInt32(wav, 24));
        int start = HeaderBytes + ((int)(from * rate) * 2 * channels);
        int end = double.IsFinite(to) ? Math.Min(wav.Length, HeaderBytes + ((int)(to * rate) * 2 * channels)) : wav.Length;
        File.WriteAllBytes(path, wav[start..end]);
        return new Clip(path, AudioEncoding.PcmS16Le, rate, channels);
    });

    /// <summary>Clips of one format and times of silence behind each other.</summary>
    public Clip Join(string name, Clip first, double silence, Clip second) => Make(name, path =>
    {
        File.WriteAllBytes(path, [.. first.Bytes, .. new byte[first.BytesOf(silence)], .. second.Bytes]);
        return first with { Path = path };
    });

    /// <summary>Mono recordings of 16 kHz, one behind the other, over and over.</summary>
    public Clip Repeat(string name, string[] samples, TimeSpan length) => Make(name, path =>
    {
        byte[][] parts = [.. samples.Select(sample => Sample(sample).Bytes)];
        var clip = Sample(samples[0]) with { Path = path };
        int count = clip.BytesOf(length.TotalSeconds);
        using var file = File.Create(path);
        for (int i = 0; file.Length < count; i++) file.Write(parts[i % parts.Length]);
        file.SetLength(count);
        return clip;
    });

    /// <summary>A clip of 16 kHz and 16 bits in another format.</summary>
    public Clip Convert(Clip clip, AudioEncoding encoding, int rate) => Make($"{Path.GetFileName(clip.Path)}-{encoding}-{rate}", path =>
    {
        Ffmpeg(
            ["-f", "s16le", "-ar", $"{clip.Rate}", "-ac", "1", "-i", clip.Path, "-ar", $"{rate}", "-f", FfmpegFormats[encoding], path]);
        return new Clip(path, encoding, rate, 1);
    });

    /// <summary>A recording as MP3.</summary>
    public string Mp3(string name)
    {
        string path = _folder.At($"{name}.mp3");
        Ffmpeg(["-i", SamplePath(name), "-b:a", "64k", path]);
        return path;
    }

    public static string SamplePath(string name) => Path.Combine(RepositoryPaths.Samples, name + ".wav");

    public void Dispose() => _folder.Dispose();

    private Clip Make(string name, Func<string, Clip> make) =>
        _made.GetOrAdd(name, key => new(() => make(_folder.At(key)))).Value;

    private static void Ffmpeg(string[] arguments)
    {
        using var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);
        ffmpeg.WaitForExit();
        Assert.Equal(0, ffmpeg.ExitCode);
    }
}

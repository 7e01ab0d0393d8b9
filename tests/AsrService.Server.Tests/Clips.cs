using AsrService.TestKit;

namespace AsrService.Server.Tests;

/// <summary>Sound to send.</summary>
internal static class Clips
{
    private const int HeaderBytes = 44;

    /// <summary>The first seconds of an interview, 16 kHz mono, 16 bits.</summary>
    public static byte[] Interview(double seconds)
    {
        byte[] wav = File.ReadAllBytes(Path.Combine(RepositoryPaths.Samples, "interview-en.wav"));
        return wav[HeaderBytes..(HeaderBytes + ((int)(seconds * 16_000) * 2))];
    }

    /// <summary>The same as a WAV file.</summary>
    public static byte[] InterviewWav(double seconds)
    {
        byte[] bytes = Interview(seconds);
        var samples = new float[bytes.Length / 2];
        Audio.PcmDecoder.Decode(Audio.SampleEncoding.S16, bytes, samples);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "clip.wav");
        WavWriter.WriteFile(path, samples, 16_000);
        return File.ReadAllBytes(path);
    }
}

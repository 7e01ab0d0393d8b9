using AsrService.Audio;
using AsrService.TestKit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Frames as a caller sends them: interleaved, at a rate of their own.</summary>
internal sealed record LiveFrames(float[] Samples, int Rate, int Channels)
{
    /// <summary>What a session's channel hears of them.</summary>
    public float[] Hear(int channel)
    {
        var mono = new float[Samples.Length / Channels];
        for (int i = 0; i < mono.Length; i++) mono[i] = Math.Clamp(Samples[i * Channels + channel], -1f, 1f);
        var resampler = new Resampler(Rate);
        var heard = new float[resampler.OutputBound(mono.Length) + resampler.FlushBound];
        int count = resampler.Process(mono, heard);
        count += resampler.Flush(heard.AsSpan(count));
        return heard[..count];
    }
}

/// <summary>Audio for live sessions, the same every time.</summary>
internal static class LiveAudio
{
    public const int Rate = 16_000;

    /// <summary>All sample recordings.</summary>
    public static IReadOnlyList<string> Recordings { get; } =
        [.. Directory.GetFiles(RepositoryPaths.Samples, "*.wav")
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Those in which somebody speaks, at 16 kHz and in one channel.</summary>
    public static IReadOnlyList<string> Spoken { get; } = [.. ReferenceClips.Recorded.Select(clip => clip.File).Distinct()];

    public static LiveFrames Read(string recording)
    {
        using var reader = AudioFile.Open(ReferenceClips.PathOf(recording));
        var samples = new float[reader.FrameCount!.Value * reader.Channels];
        for (int at = 0, count; at < samples.Length; at += count * reader.Channels) count = reader.Read(samples.AsSpan(at));
        return new LiveFrames(samples, reader.SampleRate, reader.Channels);
    }

    public static float[] Silence(double seconds) => new float[(int)(seconds * Rate)];

    /// <summary>Noise with equal power in every octave (Paul Kellet's filter over white noise), of a level in dBFS.</summary>
    public static float[] Pink(double seconds, double level, int seed = 1)
    {
        var noise = TestSignals.Noise(seconds, -20, seed);
        double low = 0, middle = 0, high = 0, power = 0;
        for (int n = 0; n < noise.Length; n++)
        {
            low = 0.99765 * low + noise[n] * 0.0990460;
            middle = 0.96300 * middle + noise[n] * 0.2965164;
            high = 0.57000 * high + noise[n] * 1.0526913;
            noise[n] = (float)(low + middle + high + noise[n] * 0.1848);
            power += noise[n] * noise[n];
        }
        return TestSignals.Gain(noise, level - 10 * Math.Log10(power / noise.Length));
    }

    /// <summary>Single samples at full scale, some a second.</summary>
    public static float[] Clicks(double seconds, int seed = 1)
    {
        var random = new Random(seed);
        var clicks = Silence(seconds);
        for (int n = 0; n < clicks.Length; n += random.Next(Rate / 20, Rate)) clicks[n] = random.Next(2) == 0 ? 1 : -1;
        return clicks;
    }

    /// <summary>Sentences of the recordings at random, pauses between them, noise under them, a gain over all.</summary>
    public static float[] Mix(Random random, int sentences, double shortestPause = 0.1, double longestPause = 3)
    {
        var all = new List<float>(Silence(Pause(random, shortestPause, longestPause)));
        for (int i = 0; i < sentences; i++)
        {
            all.AddRange(ReferenceClips.Sentences[random.Next(ReferenceClips.Sentences.Count)].Samples());
            all.AddRange(Silence(Pause(random, shortestPause, longestPause)));
        }
        double seconds = (double)all.Count / Rate;
        double level = -20 - random.Next(5, 40); // the speech is at about -20 dBFS
        var noise = random.Next(3) switch
        {
            0 => new float[all.Count],
            1 => TestSignals.Noise(seconds, level, random.Next()),
            _ => Pink(seconds, level, random.Next()),
        };
        for (int n = 0; n < Math.Min(noise.Length, all.Count); n++) all[n] += noise[n];
        return TestSignals.Gain(all.ToArray(), -30 * random.NextDouble());
    }

    /// <summary>The same at another rate, by straight lines between samples: good enough to be recognized.</summary>
    public static float[] At(int rate, float[] samples)
    {
        var resampled = new float[(int)((long)samples.Length * rate / Rate)];
        for (int n = 0; n < resampled.Length; n++)
        {
            double place = (double)n * Rate / rate;
            int before = (int)place, after = Math.Min(before + 1, samples.Length - 1);
            resampled[n] = (float)(samples[before] + (place - before) * (samples[after] - samples[before]));
        }
        return resampled;
    }

    private static double Pause(Random random, double shortest, double longest) =>
        shortest + random.NextDouble() * (longest - shortest);
}

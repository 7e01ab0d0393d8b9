namespace AsrService.TestKit;

/// <summary>Signals at 16 kHz; the same every time.</summary>
public static class TestSignals
{
    /// <summary>Uniform white noise of a level in dBFS.</summary>
    public static float[] Noise(double seconds, double level, int seed = 1)
    {
        var random = new Random(seed);
        double amplitude = Math.Sqrt(3) * Amplitude(level);
        return Make(seconds, _ => amplitude * (2 * random.NextDouble() - 1));
    }

    /// <summary>A sine of a level in dBFS.</summary>
    public static float[] Tone(double seconds, double hertz, double level) =>
        Make(seconds, n => Math.Sqrt(2) * Amplitude(level) * Math.Sin(2 * Math.PI * hertz * n / 16_000));

    /// <summary>Mains hum: a fundamental and its odd harmonics.</summary>
    public static float[] Hum(double seconds, double hertz, double level) =>
        Sum(Tone(seconds, hertz, level), Tone(seconds, 3 * hertz, level - 10), Tone(seconds, 5 * hertz, level - 16));

    /// <summary>Steps of a 16-bit converter, −1, 0 or 1, at random.</summary>
    public static float[] Dither(double seconds, int seed = 1)
    {
        var random = new Random(seed);
        return Make(seconds, _ => random.Next(-1, 2) / 32768.0);
    }

    /// <summary>Noise in syllables, four a second with silence between them: as uneven as speech, and nobody's words.</summary>
    public static float[] Syllables(double seconds, int seed = 1, double level = -20)
    {
        var noise = Noise(seconds, level, seed);
        for (int n = 0; n < noise.Length; n++) noise[n] *= n / 2000 % 2 == 0 ? MathF.Sin(MathF.PI * (n % 2000) / 2000) : 0.001f;
        return noise;
    }

    /// <summary>The same, louder or quieter by that many dB.</summary>
    public static float[] Gain(ReadOnlySpan<float> samples, double decibels)
    {
        var louder = new float[samples.Length];
        for (int n = 0; n < louder.Length; n++) louder[n] = (float)(samples[n] * Amplitude(decibels));
        return louder;
    }

    /// <summary>Signals of one length, added.</summary>
    public static float[] Sum(params float[][] signals) =>
        [.. Enumerable.Range(0, signals[0].Length).Select(n => signals.Sum(signal => signal[n]))];

    private static double Amplitude(double level) => Math.Pow(10, level / 20);

    private static float[] Make(double seconds, Func<int, double> valueAt) =>
        [.. Enumerable.Range(0, (int)Math.Round(seconds * 16_000)).Select(n => (float)valueAt(n))];
}

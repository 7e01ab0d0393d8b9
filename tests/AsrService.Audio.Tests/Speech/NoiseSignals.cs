namespace AsrService.Audio.Tests;

/// <summary>Noises that are nobody's speech, at 16 kHz; the same every time.</summary>
internal static class NoiseSignals
{
    /// <summary>Noise of a kind with a root mean square in dBFS; clicks have their peak 10 dB above it.</summary>
    public static float[] Make(string kind, int samples, double level, int seed = 1) => kind switch
    {
        "silence" => new float[samples],
        "white" => Scale(White(samples, seed), level),
        "pink" => Scale(Pink(samples, seed), level),
        "hum-50" => Scale(Periodic(samples, 320, 1, [1, 0.3, 0.5, 0.1, 0.25, 0.05, 0.1]), level),
        "hum-60" => Scale(Periodic(samples, 800, 3, [1, 0.3, 0.5, 0.1, 0.25, 0.05, 0.1]), level),
        "buzz-50" => Scale(Periodic(samples, 320, 1, [.. Enumerable.Range(1, 140).Select(h => 1 / Math.Sqrt(h))]), level),
        "buzz-60" => Scale(Periodic(samples, 800, 3, [.. Enumerable.Range(1, 120).Select(h => 1 / Math.Sqrt(h))]), level),
        "offset" => [.. Scale(White(samples, seed), level - 40).Select(x => (float)(x + Amplitude(level)))],
        "clicks" => [.. Clicks(samples, seed).Select(x => (float)(x * Amplitude(level + 10)))],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>From 50 dB below up to the level in the middle, and down again.</summary>
    public static float[] Fading(float[] samples) =>
        [.. samples.Select((x, n) => (float)(x * Amplitude(-50 * Math.Abs((2.0 * n / samples.Length) - 1))))];

    public static float[] Scale(float[] samples, double level)
    {
        double gain = Amplitude(level) / Math.Sqrt(samples.Sum(x => (double)x * x) / samples.Length);
        return [.. samples.Select(x => (float)(x * gain))];
    }

    public static double Amplitude(double level) => Math.Pow(10, level / 20);

    private static float[] White(int samples, int seed)
    {
        var random = new Random(seed);
        var white = new float[samples];
        for (int n = 0; n < samples; n++)
            white[n] = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        return white;
    }

    /// <summary>White noise through one-pole filters two octaves apart, with equal power from each.</summary>
    private static float[] Pink(int samples, int seed)
    {
        var white = White(samples, seed);
        var pink = new float[samples];
        for (double hertz = 10; hertz < 8000; hertz *= 4)
        {
            double pole = Math.Exp(-2 * Math.PI * hertz / 16_000);
            double gain = Math.Sqrt(1 - (pole * pole));
            double state = 0;
            for (int n = 0; n < samples; n++)
            {
                state = (pole * state) + (gain * white[n]);
                pink[n] += (float)state;
            }
        }
        return pink;
    }

    /// <summary>Harmonics of a tone that has some cycles in a period of samples.</summary>
    private static float[] Periodic(int samples, int period, int cycles, double[] amplitudes)
    {
        var one = new double[period];
        for (int n = 0; n < period; n++)
        {
            for (int h = 0; h < amplitudes.Length; h++)
            {
                double phase = amplitudes.Length < 10 ? h : 0; // a buzz is a train of pulses
                one[n] += amplitudes[h] * Math.Cos((2 * Math.PI * cycles * (h + 1) * n / period) + phase);
            }
        }
        return [.. Enumerable.Range(0, samples).Select(n => (float)one[n % period])];
    }

    /// <summary>Ringing clicks of 1 to 12 ms, 0.3 to 2.3 s apart.</summary>
    private static float[] Clicks(int samples, int seed)
    {
        var random = new Random(seed);
        var clicks = new float[samples];
        for (int at = 3000; at < samples - 200; at += 4800 + random.Next(32_000))
        {
            int length = random.Next(16, 192);
            double hertz = random.Next(500, 3500);
            for (int n = 0; n < length; n++)
                clicks[at + n] = (float)(Math.Exp(-6.0 * n / length) * Math.Cos(2 * Math.PI * hertz * n / 16_000));
        }
        return clicks;
    }
}

namespace AsrService.Audio.Tests;

internal static class Signals
{
    /// <summary>The signal that the feature vectors were computed from: 16,037 samples.</summary>
    public static float[] Reference { get; } = [.. Enumerable.Range(0, 16_037).Select(n => (float)(
        (0.5 * Math.Sin(2 * Math.PI * 440 * n / 16000)) + (0.1 * Math.Sin(2 * Math.PI * 3000 * n / 16000))
        + (0.01 * ((7919L * n % 1000 / 1000.0) - 0.5))))];

    public static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        var samples = new float[count];
        for (int i = 0; i < count; i++) samples[i] = (float)((random.NextDouble() - 0.5) * (0.1 + random.NextDouble()));
        return samples;
    }

    public static float[] Sine(double hertz, int rate, int count, double amplitude = 0.5) =>
        [.. Enumerable.Range(0, count).Select(n => (float)(amplitude * Math.Sin(2 * Math.PI * hertz * n / rate)))];

    public static float[] Padded(float[] samples, int length)
    {
        var padded = new float[length];
        samples.CopyTo(padded, 0);
        return padded;
    }

    /// <summary>Cuts 0..total into pieces of random length, empty ones included.</summary>
    public static IEnumerable<Range> Pieces(int total, int longest, Random random)
    {
        for (int start = 0; start < total;)
        {
            int end = Math.Min(total, start + random.Next(longest + 1));
            yield return start..end;
            start = end;
        }
    }
}

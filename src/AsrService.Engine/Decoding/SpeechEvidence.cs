namespace AsrService.Engine.Decoding;

/// <summary>What the samples alone say about whether somebody speaks; all levels are of 50 ms stretches, in dBFS.</summary>
/// <param name="Loudest">Level of the loudest stretch; −∞ for digital silence.</param>
/// <param name="Spread">Loudest tenth against quietest tenth, dB; a steady noise or hum has next to none.</param>
/// <param name="ActiveSeconds">Time at least 6 dB above the quietest tenth.</param>
/// <param name="Seconds">Length of the segment.</param>
public readonly record struct SpeechEvidence(float Loudest, float Spread, float ActiveSeconds, float Seconds)
{
    private const int Stretch = 800;
    private const float SilenceLevel = -80; // about 3 steps of 16-bit audio: below it there is dither, not speech
    private const float ShortestSound = 0.1f;
    private const float SteadySpread = 2.5f; // white noise of a second measured below 0.5 dB; speech 3 dB under white noise, 3.1

    /// <summary>Nothing to transcribe: silence, or a sound too short to be a word.</summary>
    public bool IsSilent => Loudest < SilenceLevel || Seconds < ShortestSound;

    /// <summary>A level that does not move, as of noise, hum or a tone: speech is unlikely.</summary>
    public bool IsSteady => Seconds >= 1 && Spread < SteadySpread;

    /// <summary>Measures a segment.</summary>
    public static SpeechEvidence Measure(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty) return new SpeechEvidence(float.NegativeInfinity, 0, 0, 0);

        var levels = new float[(samples.Length + Stretch - 1) / Stretch];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = Level(samples[(i * Stretch)..Math.Min(samples.Length, (i + 1) * Stretch)]);
        Array.Sort(levels);
        float quiet = Math.Max(levels[levels.Length / 10], SilenceLevel);
        float loud = Math.Max(levels[levels.Length - 1 - levels.Length / 10], SilenceLevel);
        int active = levels.Count(level => level > quiet + 6);
        return new SpeechEvidence(levels[^1], loud - quiet, active * Stretch / 16_000f, samples.Length / 16_000f);
    }

    private static float Level(ReadOnlySpan<float> samples)
    {
        double mean = 0, energy = 0;
        foreach (float sample in samples) mean += sample;
        mean /= samples.Length;
        foreach (float sample in samples) energy += (sample - mean) * (sample - mean); // an offset is not sound
        return (float)(10 * Math.Log10(energy / samples.Length));
    }
}

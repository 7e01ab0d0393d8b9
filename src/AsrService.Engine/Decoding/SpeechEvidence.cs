namespace AsrService.Engine.Decoding;

/// <summary>What the samples alone say about whether somebody speaks; all levels are of 50 ms stretches, in dBFS.</summary>
/// <param name="Loudest">Level of the loudest stretch; −∞ for digital silence.</param>
/// <param name="Spread">Loudest tenth against quietest tenth, dB; a steady noise or hum has next to none.</param>
/// <param name="ActiveSeconds">Time at least 6 dB above the quietest tenth.</param>
/// <param name="Seconds">Length of the segment.</param>
/// <param name="ClippedShare">Share of its samples at full scale.</param>
public readonly record struct SpeechEvidence(float Loudest, float Spread, float ActiveSeconds, float Seconds, float ClippedShare = 0)
{
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
        var levels = new SpeechLevels();
        levels.Append(samples);
        return levels.Measure();
    }

    /// <summary>Cut at full scale for more than a stray peak.</summary>
    public bool IsClipped => ClippedShare >= 0.001f;

    internal static SpeechEvidence Of(List<float> levels, int samples, int clipped)
    {
        if (samples == 0) return new SpeechEvidence(float.NegativeInfinity, 0, 0, 0);
        float[] sorted = [.. levels];
        Array.Sort(sorted);
        float quiet = Math.Max(sorted[sorted.Length / 10], SilenceLevel);
        float loud = Math.Max(sorted[sorted.Length - 1 - sorted.Length / 10], SilenceLevel);
        int active = sorted.Count(level => level > quiet + 6);
        return new SpeechEvidence(sorted[^1], loud - quiet, active * SpeechLevels.Stretch / 16_000f, samples / 16_000f, (float)clipped / samples);
    }
}

/// <summary>Gathers the levels of a segment that is still growing.</summary>
internal sealed class SpeechLevels
{
    /// <summary>Samples of a stretch: 50 ms.</summary>
    public const int Stretch = 800;

    private readonly List<float> _levels = [];
    private readonly float[] _open = new float[Stretch];
    private int _openCount;
    private int _clipped;

    private const float FullScale = 0.999f;

    public int SampleCount => _levels.Count * Stretch + _openCount;

    public void Append(ReadOnlySpan<float> samples)
    {
        foreach (float sample in samples)
        {
            if (MathF.Abs(sample) >= FullScale) _clipped++;
        }
        while (!samples.IsEmpty)
        {
            int taken = Math.Min(samples.Length, Stretch - _openCount);
            samples[..taken].CopyTo(_open.AsSpan(_openCount));
            samples = samples[taken..];
            _openCount += taken;
            if (_openCount < Stretch) continue;
            _levels.Add(Level(_open));
            _openCount = 0;
        }
    }

    public void Clear()
    {
        _levels.Clear();
        _openCount = _clipped = 0;
    }

    /// <summary>What the samples say so far.</summary>
    public SpeechEvidence Measure()
    {
        if (_openCount == 0) return SpeechEvidence.Of(_levels, SampleCount, _clipped);
        _levels.Add(Level(_open.AsSpan(0, _openCount)));
        var evidence = SpeechEvidence.Of(_levels, (_levels.Count - 1) * Stretch + _openCount, _clipped);
        _levels.RemoveAt(_levels.Count - 1);
        return evidence;
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

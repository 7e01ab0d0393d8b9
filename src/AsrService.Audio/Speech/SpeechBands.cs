namespace AsrService.Audio;

/// <summary>
/// Energies of 16 bands from 160 Hz to 7.2 kHz in the 25 ms that end with each hop, Hann-windowed. White noise of
/// variance v has v in each band.
/// </summary>
internal sealed class SpeechBands
{
    public const int Count = 16;
    public const int Hop = 160;

    private const int Length = RealFft.Size;

    /// <summary>In steps of 40 Hz. Mains and constants stay below the first; most of speech is in the lower 13.</summary>
    private static ReadOnlySpan<byte> Edges => [4, 7, 10, 13, 16, 20, 24, 29, 35, 42, 50, 60, 72, 87, 110, 140, 180];

    private static readonly RealFft Fft = new();
    private static readonly double[] Window =
        [.. Enumerable.Range(0, Length).Select(n => 0.5 - (0.5 * Math.Cos(2 * Math.PI * n / Length)))];

    private readonly float[] _last = new float[Length];
    private readonly double[] _scratch = new double[RealFft.ScratchLength];
    private readonly double[] _power = new double[RealFft.Bins];

    /// <summary>Takes one hop in and gives [bands] of the window that it completes.</summary>
    public void Process(ReadOnlySpan<float> hop, Span<double> energies)
    {
        _last.AsSpan(Hop).CopyTo(_last);
        hop.CopyTo(_last.AsSpan(Length - Hop));

        RealFft.Inputs(_scratch, out var even, out var odd);
        for (int n = 0; n < even.Length; n++)
        {
            even[n] = _last[2 * n] * Window[2 * n];
            odd[n] = _last[(2 * n) + 1] * Window[(2 * n) + 1];
        }

        Fft.Power(_scratch, _power);
        for (int band = 0; band < Count; band++) energies[band] = MeanOf(_power.AsSpan(Edges[band]..Edges[band + 1]));
    }

    public void Reset() => Array.Clear(_last);

    private static double MeanOf(ReadOnlySpan<double> power)
    {
        double sum = 0;
        foreach (double value in power) sum += value;
        return sum / (power.Length * (3.0 / 8 * Length)); // the window's own energy
    }
}

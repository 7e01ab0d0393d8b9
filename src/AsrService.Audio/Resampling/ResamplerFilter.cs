using System.Collections.Concurrent;

namespace AsrService.Audio;

/// <summary>
/// The filter of one input rate: rows of a Kaiser-windowed sinc, [phases, taps], each for one distance between an
/// output sample and the input sample before it. Immutable; shared by all resamplers of the rate while any of them
/// lives.
/// </summary>
/// <remarks>
/// Kaiser's design formulas (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5.3) for 100 dB and a transition
/// from 0.91 to 1.00 of the lower Nyquist frequency. Each row is scaled to unit sum, so a constant stays that constant.
/// </remarks>
internal sealed class ResamplerFilter
{
    public const int TapsUnit = 32; // the dot product runs in 32 partial sums

    private const double Attenuation = 100; // dB
    private const double PassbandEdge = 0.91, StopbandEdge = 1.0; // of the lower Nyquist frequency
    private const int MaxTableLength = 1 << 20; // floats: 4 MiB
    private const int InterpolatedPhases = 1024; // an unstretched filter's; between them the error is under -118 dB

    private static readonly ConcurrentDictionary<int, WeakReference<ResamplerFilter>> Shared = new();

    private readonly float[] _rows;
    private readonly int _rowsPerSample;

    private ResamplerFilter(int rate)
    {
        int common = GreatestCommonDivisor(rate, Resampler.OutputRate);
        Step = rate / common;
        Phases = Resampler.OutputRate / common;

        double stretch = Math.Max(1, (double)rate / Resampler.OutputRate);
        double transition = Math.PI * (StopbandEdge - PassbandEdge) / stretch;
        double reach = (Attenuation - 7.95) / (2.285 * transition) / 2; // input samples on either side
        Taps = (int)Math.Ceiling(2 * (Math.Ceiling(reach) + 1) / TapsUnit) * TapsUnit;

        IsInterpolated = (long)Phases * Taps > MaxTableLength;
        _rowsPerSample = IsInterpolated ? (int)Math.Ceiling(InterpolatedPhases / stretch) : Phases;
        _rows = new float[(_rowsPerSample + 1) * Taps];
        double cutoff = (PassbandEdge + StopbandEdge) / 2 / stretch;
        for (int row = 0; row <= _rowsPerSample; row++)
            FillRow(_rows.AsSpan(row * Taps, Taps), (double)row / _rowsPerSample, cutoff, reach);
    }

    /// <summary>Input samples an output sample is made of; a multiple of <see cref="TapsUnit"/>.</summary>
    public int Taps { get; }

    /// <summary>
    /// Output samples are <see cref="Step"/> / <see cref="Phases"/> input samples apart; in lowest terms.
    /// </summary>
    public int Phases { get; }

    public int Step { get; }

    /// <summary>Whether rows stand between the true phases, which would need too large a table.</summary>
    public bool IsInterpolated { get; }

    public int TableLength => _rows.Length;

    public static ResamplerFilter For(int rate)
    {
        if (Shared.TryGetValue(rate, out var known) && known.TryGetTarget(out var filter)) return filter;
        filter = new ResamplerFilter(rate);
        Shared[rate] = new WeakReference<ResamplerFilter>(filter);
        return filter;
    }

    /// <summary>The row of a phase, or the row before it and how far the phase lies towards the next.</summary>
    public ReadOnlySpan<float> Row(int phase, out ReadOnlySpan<float> next, out float towardsNext)
    {
        long scaled = (long)phase * _rowsPerSample;
        int row = (int)(scaled / Phases);
        towardsNext = (float)(scaled % Phases) / Phases;
        next = _rows.AsSpan((row + 1) * Taps, Taps);
        return _rows.AsSpan(row * Taps, Taps);
    }

    private static void FillRow(Span<float> row, double offset, double cutoff, double reach)
    {
        var weights = new double[row.Length];
        double beta = 0.1102 * (Attenuation - 8.7);
        double sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            double x = i - (row.Length / 2) + 1 - offset;
            double inside = 1 - (x / reach * (x / reach));
            if (inside <= 0) continue;
            weights[i] = Sinc(cutoff * x) * BesselI0(beta * Math.Sqrt(inside));
            sum += weights[i];
        }

        for (int i = 0; i < row.Length; i++) row[i] = (float)(weights[i] / sum);
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double BesselI0(double x)
    {
        double sum = 1, term = 1;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}

namespace AsrService.Audio;

/// <summary>
/// Triangular mel filters over the 201 bins of a 400-point spectrum at 16 kHz, on the Slaney scale with Slaney area
/// normalization (librosa's <c>filters.mel</c>, as WhisperFeatureExtractor uses it). Kept sparse: a row is its
/// first bin and the weights from there.
/// </summary>
internal sealed class MelFilterBank
{
    private const double BinWidth = 40; // Hz
    private const double LinearUpTo = 1000; // Hz; above it the scale is logarithmic
    private static readonly double LogStep = Math.Log(6.4) / 27;

    private readonly int[] _first;
    private readonly int[] _start; // of each row's weights; one more than rows
    private readonly float[] _weights;

    public MelFilterBank(int rows)
    {
        Edges = new double[rows + 2];
        double top = ToMel(8000);
        for (int i = 0; i < Edges.Length; i++) Edges[i] = ToHertz(top * i / (rows + 1));

        _first = new int[rows];
        _start = new int[rows + 1];
        var weights = new List<float>();
        for (int row = 0; row < rows; row++)
        {
            for (int bin = 0; bin < RealFft.Bins; bin++)
            {
                float weight = (float)Weight(row, bin * BinWidth);
                if (weight <= 0) continue;
                if (weights.Count == _start[row]) _first[row] = bin;
                weights.Add(weight);
            }

            _start[row + 1] = weights.Count;
        }

        _weights = [.. weights];
    }

    /// <summary>Filter m rises from edge m to m + 1 and falls to m + 2; in Hz.</summary>
    public double[] Edges { get; }

    public int Rows => _first.Length;

    /// <summary>Where a row's filter begins.</summary>
    public int FirstBin(int row) => _first[row];

    /// <summary>A row's weights, one for each bin from <see cref="FirstBin"/> on; empty when it holds no bin.</summary>
    public ReadOnlySpan<float> Weights(int row) => _weights.AsSpan(_start[row].._start[row + 1]);

    /// <summary>log10 of each filter's energy, floored at 1e-10; each sum runs over rising bins.</summary>
    public void Log10Energies(ReadOnlySpan<double> power, Span<float> logMel)
    {
        for (int row = 0; row < _first.Length; row++)
        {
            var weights = Weights(row);
            var bins = power.Slice(_first[row], weights.Length);
            double energy = 0;
            for (int i = 0; i < bins.Length; i++) energy += weights[i] * bins[i];
            logMel[row] = (float)Math.Log10(Math.Max(energy, 1e-10));
        }
    }

    private static double ToMel(double hertz) =>
        hertz < LinearUpTo ? 3 * hertz / 200 : 15 + (Math.Log(hertz / LinearUpTo) / LogStep);

    private static double ToHertz(double mel) =>
        mel < 15 ? 200 * mel / 3 : LinearUpTo * Math.Exp((mel - 15) * LogStep);

    private double Weight(int row, double hertz)
    {
        double low = Edges[row], centre = Edges[row + 1], high = Edges[row + 2];
        double triangle = Math.Min((hertz - low) / (centre - low), (high - hertz) / (high - centre));
        return Math.Max(0, triangle) * 2 / (high - low);
    }
}

namespace AsrService.Audio;

/// <summary>
/// The noise in each band: the least of its smoothed energy in the last 1.8 to 2 s, times a constant because a least
/// value lies below the mean. What does not change becomes noise in that time; what falls silent in between, as speech
/// does in every band, never does.
/// </summary>
/// <remarks>
/// Martin 2001, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", with
/// constant smoothing and a constant bias.
/// </remarks>
internal sealed class NoiseFloor
{
    private const int Parts = 10; // of the memory; the oldest is forgotten as a whole
    private const int PartHops = 20;
    private const double Smoothing = 0.3; // share of the newest hop: closures of 40 ms inside words must count
    private const double Bias = 2.5; // white noise: the narrowest band's mean over its least
    private const double Lowest = 3e-9; // -85 dBFS: below it lies the rounding of 16-bit samples
    private const double Highest = 3e-5; // -45 dBFS, while less than the whole memory is known: loud starts are speech

    private readonly double[] _smoothed = new double[SpeechBands.Count];
    private readonly double[] _least = new double[Parts * SpeechBands.Count]; // [parts, bands]
    private readonly double[] _levels = new double[SpeechBands.Count];
    private int _hops; // seen, up to those that smoothing needs
    private int _partHops;
    private int _part;

    public NoiseFloor() => Reset();

    /// <summary>[bands].</summary>
    public ReadOnlySpan<double> Levels => _levels;

    public void Update(ReadOnlySpan<double> energies)
    {
        if (_partHops++ == PartHops) NextPart();
        if (_hops < 1 / Smoothing) _hops++;
        double share = Math.Max(Smoothing, 1.0 / _hops); // at the start the plain mean
        var part = Part(_part);
        for (int band = 0; band < _smoothed.Length; band++)
        {
            _smoothed[band] += share * (energies[band] - _smoothed[band]);
            part[band] = Math.Min(part[band], _smoothed[band]);
        }

        TakeLeast();
    }

    public void Reset()
    {
        Array.Clear(_smoothed);
        Array.Fill(_least, Highest / Bias);
        _hops = _partHops = _part = 0;
    }

    private void NextPart()
    {
        _partHops = 1;
        _part = (_part + 1) % Parts;
        Part(_part).Fill(double.PositiveInfinity);
    }

    private void TakeLeast()
    {
        Part(0).CopyTo(_levels);
        for (int i = 1; i < Parts; i++)
        {
            var part = Part(i);
            for (int band = 0; band < _levels.Length; band++) _levels[band] = Math.Min(_levels[band], part[band]);
        }

        for (int band = 0; band < _levels.Length; band++) _levels[band] = Math.Max(Lowest, Bias * _levels[band]);
    }

    private Span<double> Part(int index) => _least.AsSpan(index * SpeechBands.Count, SpeechBands.Count);
}

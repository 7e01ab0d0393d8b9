namespace AsrService.Audio;

/// <summary>
/// The noise in each band: the least of its smoothed energy in the last 1.8 to 2 s, times a constant because a least
/// value lies below the mean. What does not change becomes noise in that time; what falls silent in between, as speech
/// does in every band, never does.
/// </summary>
/// <remarks>
/// Martin 2001, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", with
/// constant smoothing and a constant bias. Values are rounded as docs/resume.md says, in a session that is never
/// interrupted too.
/// </remarks>
internal sealed class NoiseFloor
{
    private const int Parts = 10; // of the memory; the oldest is forgotten as a whole
    private const int PartHops = 20;
    private const double Smoothing = 0.3; // share of the newest hop: closures of 40 ms inside words must count
    private const int HopsOfStart = 4; // the first whose share would be less than that
    private const int SavedPartHops = PartHops - (AdaptiveVoiceActivityDetector.FirstHops - 1); // hops that are no energies yet
    private const double Bias = 2.5; // white noise: the narrowest band's mean over its least
    private const double Lowest = 3e-9; // -85 dBFS: below it lies the rounding of 16-bit samples
    private const double Highest = 3e-5; // -45 dBFS, while less than the whole memory is known: loud starts are speech

    private readonly float[] _smoothed = new float[SpeechBands.Count];
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
        if (_hops < HopsOfStart) _hops++;
        double share = Math.Max(Smoothing, 1.0 / _hops); // at the start the plain mean
        var part = Part(_part);
        for (int band = 0; band < _smoothed.Length; band++)
        {
            _smoothed[band] = (float)(_smoothed[band] + share * (energies[band] - _smoothed[band]));
            part[band] = Math.Min(part[band], FloorCode.Round(_smoothed[band]));
        }

        TakeLeast();
    }

    public void Reset()
    {
        Array.Clear(_smoothed);
        Array.Fill(_least, FloorCode.Round(Highest / Bias));
        _hops = _partHops = _part = 0;
    }

    /// <summary>Writes the state as it is after whole parts.</summary>
    public void Save(BinaryWriter to)
    {
        foreach (float value in _smoothed) to.Write(value);
        for (int band = 0; band < _smoothed.Length; band++) SaveBand(to, band);
    }

    /// <summary>Takes over a state that was written.</summary>
    public void Restore(BinaryReader from)
    {
        for (int band = 0; band < _smoothed.Length; band++) _smoothed[band] = from.ReadSingle();
        for (int band = 0; band < _smoothed.Length; band++) RestoreBand(from, band);
        (_hops, _partHops, _part) = (HopsOfStart, SavedPartHops, Parts - 1);
        TakeLeast();
    }

    /// <summary>From the newest part back, only parts with less than all newer ones: the others never decide a level.</summary>
    private void SaveBand(BinaryWriter to, int band)
    {
        Span<ushort> values = stackalloc ushort[Parts];
        int mask = 0, count = 0;
        double least = double.PositiveInfinity;
        for (int age = 0; age < Parts; age++)
        {
            double value = Part((_part - age + Parts) % Parts)[band];
            if (value >= least) continue;
            least = value;
            mask |= 1 << age;
            values[count++] = FloorCode.Of(value);
        }

        to.Write((ushort)mask);
        foreach (ushort value in values[..count]) to.Write(value);
    }

    private void RestoreBand(BinaryReader from, int band)
    {
        int mask = from.ReadUInt16();
        double least = double.PositiveInfinity;
        for (int age = 0; age < Parts; age++)
        {
            if ((mask & (1 << age)) != 0) least = FloorCode.Value(from.ReadUInt16());
            Part(Parts - 1 - age)[band] = least;
        }
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

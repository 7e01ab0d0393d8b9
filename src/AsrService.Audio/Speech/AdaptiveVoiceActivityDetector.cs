namespace AsrService.Audio;

/// <summary>
/// Hears speech as energy that rises above an adaptive noise floor in some of 16 bands, for at least 80 ms. Anything
/// that comes and goes like speech passes: music, babble, beeps. docs/streaming.md has formulas and measurements.
/// </summary>
/// <remarks>
/// <code>
/// quiet ── 8 hops ≥ Low, the first ≥ High ──▶ speech ── 8 hops &lt; Low ──▶ quiet
/// </code>
/// The score is the log-likelihood ratio of Sohn, Kim and Sung 1999 ("A statistical model-based voice activity
/// detection", eq. 4 with the maximum-likelihood SNR), limited in each band and averaged over bands. Allocates nothing
/// after construction. Not thread-safe.
/// </remarks>
public sealed class AdaptiveVoiceActivityDetector : IVoiceActivityDetector
{
    /// <summary>Hops after which the state can be saved, and any multiple of them.</summary>
    internal const int SavedHops = 20;

    /// <summary>Hops that have to be heard again before a restored state goes on.</summary>
    internal const int WarmUpHops = 4;

    internal const int FirstHops = 3; // until the analysis window is full
    private const double High = 1.2; // noise at a constant level stays below 0.2, noise that fades slowly below Low
    private const double Low = 0.6;
    private const double BandLimit = 16; // one band alone never passes for speech: the narrow ones vary most
    private const int MinSpeechHops = 8; // a click of 1 ms is in five scores
    private const int Hangover = 8;

    private readonly SpeechBands _bands = new();
    private readonly NoiseFloor _floor = new();
    private readonly double[] _energies = new double[SpeechBands.Count];
    private readonly double[] _before = new double[SpeechBands.Count];
    private readonly double[] _secondBefore = new double[SpeechBands.Count];
    private int _hops; // seen, up to FirstHops
    private int _run; // hops that may become speech; in speech, those left without any
    private bool _isSpeech;

    /// <inheritdoc/>
    /// <value>0 to 7.</value>
    public int UndecidedHops => _isSpeech ? 0 : _run;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It is not 160 samples.</exception>
    public bool Process(ReadOnlySpan<float> hop)
    {
        if (hop.Length != SpeechBands.Hop)
            throw new ArgumentException($"{hop.Length} samples are not a hop of {SpeechBands.Hop}.", nameof(hop));

        _bands.Process(hop, _energies);
        if (_hops < FirstHops && ++_hops < FirstHops) return false;

        _floor.Update(_energies);
        double score = Score();
        if (_isSpeech) Continue(score);
        else Begin(score);
        return _isSpeech;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _bands.Reset();
        _floor.Reset();
        Array.Clear(_before);
        Array.Clear(_secondBefore);
        _hops = _run = 0;
        _isSpeech = false;
    }

    /// <summary>The state after a multiple of <see cref="SavedHops"/>, save what the last <see cref="WarmUpHops"/> bring
    /// back; 98 to 417 bytes.</summary>
    internal byte[] Save()
    {
        using var bytes = new MemoryStream(128);
        using var to = new BinaryWriter(bytes);
        to.Write((byte)(_run << 1 | (_isSpeech ? 1 : 0)));
        _floor.Save(to);
        return bytes.ToArray();
    }

    /// <summary>Takes over what <see cref="Save"/> gave; <see cref="WarmUp"/> comes next.</summary>
    internal void Restore(byte[] state)
    {
        using var from = new BinaryReader(new MemoryStream(state));
        byte decision = from.ReadByte();
        (_run, _isSpeech, _hops) = (decision >> 1, (decision & 1) != 0, FirstHops);
        _floor.Restore(from);
    }

    /// <summary>Hears a hop that the restored state has judged.</summary>
    internal void WarmUp(ReadOnlySpan<float> hop)
    {
        _bands.Process(hop, _energies);
        _before.CopyTo(_secondBefore, 0);
        _energies.CopyTo(_before, 0);
    }

    private void Begin(double score)
    {
        _run = score >= High || (_run > 0 && score >= Low) ? _run + 1 : 0;
        if (_run < MinSpeechHops) return;
        _isSpeech = true;
        _run = Hangover;
    }

    private void Continue(double score)
    {
        _run = score >= Low ? Hangover : _run - 1;
        _isSpeech = _run > 0;
    }

    /// <summary>Mean over bands of r − 1 − ln r, where r ≥ 1 is three hops' mean energy over the floor.</summary>
    private double Score()
    {
        var floor = _floor.Levels;
        double sum = 0;
        for (int band = 0; band < _energies.Length; band++)
        {
            double ratio = (_energies[band] + _before[band] + _secondBefore[band]) / (3 * floor[band]);
            if (ratio > 1) sum += Math.Min(BandLimit, ratio - 1 - Math.Log(ratio));
            _secondBefore[band] = _before[band];
            _before[band] = _energies[band];
        }

        return sum / _energies.Length;
    }
}

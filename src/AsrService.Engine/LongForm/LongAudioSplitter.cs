using AsrService.Audio;

namespace AsrService.Engine.LongForm;

/// <summary>
/// Cuts long recordings into pieces at quiet places, by the reference's rule: sample for sample the same whether the
/// recording is at hand as a whole or arrives bit by bit.
/// </summary>
/// <remarks>
/// <code>
/// Append ──▶ buffer ── full ──▶ TryTake ──▶ pieces    holds MaxPiece + SearchRange of audio at most
/// Complete ──▶ what is left ──▶ TryTake
/// </code>
/// Reference: qwen_asr/inference/utils.py, split_audio_into_chunks. Pieces do not overlap and cover the input. The
/// search often leaves a last piece of 0.1 s, which is kept. Samples are finite. Not thread-safe.
/// </remarks>
public sealed class LongAudioSplitter
{
    private readonly SplitOptions _options;
    private readonly int _capacity; // what a cut must see: up to the end of its search range, and that audio goes on
    private float[] _buffer = [];
    private int _buffered;
    private long _start; // of the buffer, which is that of the next piece
    private double _offsetSeconds;
    private bool _isComplete;
    private bool _isDone;

    /// <summary>A splitter for one recording.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public LongAudioSplitter(SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        // Two samples at least: one may still be within the maximum when that is no whole number of samples.
        _capacity = options.MaxPieceSamples + Math.Max(2, options.SearchSamples);
    }

    /// <summary>Samples held at the moment; at most those of the longest piece and its search range.</summary>
    public int BufferedSamples => _buffered;

    /// <summary>Whether the last piece has been taken.</summary>
    public bool IsDone => _isDone;

    /// <summary>The pieces of a whole recording; one piece, unpadded, when it is short enough to stay whole.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static IReadOnlyList<AudioPiece> Split(ReadOnlySpan<float> samples, SplitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var pieces = new List<AudioPiece>();
        int start = 0;
        double offset = 0;
        while (MustCut(samples.Length - start, start, options))
        {
            int length = FindCut(samples[start..], options);
            pieces.Add(Piece(start, length, offset, options));
            offset += (double)length / options.SampleRate;
            start += length;
        }

        pieces.Add(LastPiece(start, samples.Length - start, offset, options));
        return pieces;
    }

    /// <summary>
    /// Takes samples in. Returns how many: fewer than offered means that a piece is ready and has to be taken first.
    /// </summary>
    /// <exception cref="InvalidOperationException">The recording is complete.</exception>
    public int Append(ReadOnlySpan<float> samples)
    {
        if (_isComplete) throw new InvalidOperationException("Samples after the recording was completed.");

        int taken = Math.Min(samples.Length, _capacity - _buffered);
        if (_buffered + taken > _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(_capacity, Math.Max(2L * _buffer.Length, _buffered + taken)));
        samples[..taken].CopyTo(_buffer.AsSpan(_buffered));
        _buffered += taken;
        return taken;
    }

    /// <summary>Says that no more samples come; the pieces left can be taken from then on.</summary>
    public void Complete() => _isComplete = true;

    /// <summary>The next piece, if enough audio is here to know its end.</summary>
    /// <param name="piece">Where it lies.</param>
    /// <param name="samples">Its audio, <see cref="AudioPiece.PaddedLength"/> long; the caller's to keep.</param>
    public bool TryTake(out AudioPiece piece, out float[] samples)
    {
        piece = default;
        samples = [];
        if (_isDone || (!_isComplete && _buffered < _capacity)) return false;

        _isDone = !MustCut(_buffered, _start, _options);
        piece = _isDone
            ? LastPiece(_start, _buffered, _offsetSeconds, _options)
            : Piece(_start, FindCut(_buffer.AsSpan(0, _buffered), _options), _offsetSeconds, _options);
        samples = new float[piece.PaddedLength];
        _buffer.AsSpan(0, piece.Length).CopyTo(samples);
        Drop(piece.Length);
        return true;
    }

    private void Drop(int length)
    {
        _buffer.AsSpan(length, _buffered - length).CopyTo(_buffer);
        _buffered -= length;
        _start += length;
        _offsetSeconds += (double)length / _options.SampleRate;
    }

    /// <summary>Whether what follows <paramref name="start"/>, this long at least, is cut once more.</summary>
    private static bool MustCut(int rest, long start, SplitOptions options) =>
        rest > options.MaxPieceSamples && !IsWhole(rest, start, options);

    /// <summary>
    /// Compares seconds, as the reference does for the whole recording, where rounding can differ from samples.
    /// </summary>
    private static bool IsWhole(int rest, long start, SplitOptions options) =>
        start == 0 && (double)rest / options.SampleRate <= options.MaxPiece.TotalSeconds;

    /// <summary>
    /// Length of the piece at the start of <paramref name="samples"/>, which are longer than the maximum.
    /// </summary>
    private static int FindCut(ReadOnlySpan<float> samples, SplitOptions options)
    {
        int max = options.MaxPieceSamples;
        int cut = FindCut(samples, Math.Max(0, max - options.SearchSamples), options);
        // The reference's maximum is never near its search range. Where it is, digital silence would be cut into pieces
        // of one sample each; then the search goes back by half a piece only.
        return cut < options.MinPieceSamples ? FindCut(samples, Math.Max(max / 2, max - options.SearchSamples), options) : cut;
    }

    private static int FindCut(ReadOnlySpan<float> samples, int left, SplitOptions options)
    {
        int cut = options.MaxPieceSamples;
        int right = Math.Min(samples.Length, cut + options.SearchSamples);
        if (right - left > options.WindowSamples)
            cut = left + QuietestPoint.Find(samples[left..right], options.WindowSamples);
        return Math.Clamp(cut, 1, samples.Length);
    }

    private static AudioPiece LastPiece(long start, int length, double offset, SplitOptions options) =>
        IsWhole(length, start, options) ? new AudioPiece(0, length, length, 0) : Piece(start, length, offset, options);

    private static AudioPiece Piece(long start, int length, double offset, SplitOptions options) =>
        new(start, length, Math.Max(length, options.MinPieceSamples), offset);
}

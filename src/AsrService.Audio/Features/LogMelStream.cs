using System.Diagnostics.CodeAnalysis;

namespace AsrService.Audio;

/// <summary>
/// Log-mel of a clip that is still growing. At any moment <see cref="WriteFeatures(Span{float})"/> gives, bit for bit,
/// what <see cref="LogMelFrontEnd.Compute(ReadOnlySpan{float})"/> gives for the samples appended so far, however they
/// were cut; the work is one transform a frame, plus one each time the live edge is asked for.
/// </summary>
/// <remarks>
/// <para>A frame is sealed once its last sample is there. The others (at most one, except in a clip shorter than the
/// padding) see reflection at the live edge or padding; they are computed when asked for and again after more
/// audio.</para>
/// <para>Memory: 51 KB a second of audio at 128 mel bins, doubled by growth at worst; it is kept by
/// <see cref="Reset"/>, so a stream that is used again allocates nothing. Not thread-safe.</para>
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A clip as it streams in, plainly no byte stream.")]
public sealed class LogMelStream
{
    private const int AppendStep = 1600; // bounds the samples held

    private readonly LogMelFrontEnd _frontEnd;
    private readonly double[] _scratch = new double[LogMelFrontEnd.ScratchLength];
    private readonly float[] _frame = new float[LogMelFrontEnd.FrameLength];
    private readonly float[] _held = new float[AppendStep + LogMelFrontEnd.FrameLength + LogMelFrontEnd.HopLength];

    private float[] _logMel; // [frames, mel_bins]: sealed frames, then the provisional ones while _edgeIsCurrent
    private float[] _minima; // [frames]
    private int _firstHeld;
    private int _heldCount;
    private int _sealed;
    private float _sealedMaximum = float.NegativeInfinity;
    private float _maximum = float.NegativeInfinity;
    private bool _edgeIsCurrent;

    /// <summary>An empty clip.</summary>
    /// <param name="frontEnd">Shared; this type keeps only what is the clip's own.</param>
    /// <param name="expectedFrames">Frames to make room for at once; more are taken as they come.</param>
    public LogMelStream(LogMelFrontEnd frontEnd, int expectedFrames = 256)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedFrames);
        _frontEnd = frontEnd;
        int room = Math.Max(expectedFrames, frontEnd.FrameCount(0)) + 1;
        _logMel = new float[room * frontEnd.MelBins];
        _minima = new float[room];
    }

    /// <summary>Samples appended since the start.</summary>
    public int SampleCount => _firstHeld + _heldCount;

    /// <summary>Frames of the clip as if it ended now; 0 while it is too short to have any.</summary>
    public int FrameCount => _frontEnd.FrameCount(SampleCount);

    /// <summary>
    /// How many of the last frames may still change as audio comes. (A frame before them changes only in its clamped
    /// values, and only when <see cref="Maximum"/> rises.)
    /// </summary>
    public int ProvisionalFrames => Math.Max(0, FrameCount - _sealed);

    /// <summary>M: the largest unclamped value of the clip as if it ended now; negative infinity without frames.
    /// Provisional frames count, so it may also fall again.</summary>
    public float Maximum
    {
        get
        {
            BringEdgeUpToDate();
            return _maximum;
        }
    }

    /// <summary>The largest unclamped value of the frames that are final: it never falls.</summary>
    public float SealedMaximum => _sealedMaximum;

    /// <summary>Adds samples: [-1, 1] at 16 kHz.</summary>
    public void Append(ReadOnlySpan<float> samples)
    {
        _edgeIsCurrent &= samples.IsEmpty;
        while (!samples.IsEmpty)
        {
            int taken = Math.Min(samples.Length, AppendStep);
            samples[..taken].CopyTo(_held.AsSpan(_heldCount));
            _heldCount += taken;
            samples = samples[taken..];
            SealFrames();
        }
    }

    /// <summary>
    /// The smallest unclamped value in a range of frames: while it is at least M - 8, the clamp touches none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or not within
    /// <see cref="FrameCount"/>.</exception>
    public float MinimumOf(int firstFrame, int frameCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameCount);
        LogMelFrontEnd.CheckRange(firstFrame, frameCount, FrameCount);
        BringEdgeUpToDate();

        float minimum = float.PositiveInfinity;
        foreach (float value in _minima.AsSpan(firstFrame, frameCount)) minimum = MathF.Min(minimum, value);
        return minimum;
    }

    /// <summary>The features of the clip as if it ended now.</summary>
    /// <param name="features">[<see cref="FrameCount"/>, mel_bins], or longer.</param>
    /// <returns>Frames written; 0 for a clip too short to have any.</returns>
    public int WriteFeatures(Span<float> features)
    {
        int frames = FrameCount;
        WriteFeatures(0, frames, features);
        return frames;
    }

    /// <summary>
    /// Some frames of the clip as if it ended now, clamped by the whole clip's <see cref="Maximum"/>.
    /// </summary>
    /// <param name="firstFrame">First frame wanted.</param>
    /// <param name="frameCount">Frames wanted.</param>
    /// <param name="features">[frameCount, mel_bins], or longer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within <see cref="FrameCount"/>.</exception>
    public void WriteFeatures(int firstFrame, int frameCount, Span<float> features)
    {
        LogMelFrontEnd.CheckRange(firstFrame, frameCount, FrameCount);
        BringEdgeUpToDate();

        int bins = _frontEnd.MelBins;
        LogMelFrontEnd.Normalize(_logMel.AsSpan(firstFrame * bins, frameCount * bins), _maximum, features);
    }

    /// <summary>Starts a new clip in the memory of the old one.</summary>
    public void Reset()
    {
        _firstHeld = _heldCount = _sealed = 0;
        _maximum = _sealedMaximum = float.NegativeInfinity;
        _edgeIsCurrent = false;
    }

    private void SealFrames()
    {
        // The first frame also reflects, and needs one sample more than it covers.
        while (SampleCount >= LogMelFrontEnd.MinimumClip
            && SampleCount >= (_sealed * LogMelFrontEnd.HopLength) + LogMelFrontEnd.HalfFrame)
        {
            _sealedMaximum = MathF.Max(_sealedMaximum, ComputeFrame(_sealed, SampleCount));
            _sealed++;
        }

        int needed = Math.Max(0, (_sealed * LogMelFrontEnd.HopLength) - LogMelFrontEnd.HalfFrame);
        int done = needed - _firstHeld;
        if (done == 0) return;
        _held.AsSpan(done, _heldCount - done).CopyTo(_held);
        _firstHeld += done;
        _heldCount -= done;
    }

    private void BringEdgeUpToDate()
    {
        if (_edgeIsCurrent) return;
        int padded = _frontEnd.PaddedLength(SampleCount);
        int frames = FrameCount;
        _maximum = _sealedMaximum;
        for (int frame = _sealed; frame < frames; frame++)
            _maximum = MathF.Max(_maximum, ComputeFrame(frame, padded));
        _edgeIsCurrent = true;
    }

    /// <summary>Computes one frame into its place; returns its largest value.</summary>
    private float ComputeFrame(int frame, int clipLength)
    {
        int bins = _frontEnd.MelBins;
        if (frame >= _minima.Length)
        {
            Array.Resize(ref _minima, frame * 2);
            Array.Resize(ref _logMel, frame * 2 * bins);
        }

        var row = _logMel.AsSpan(frame * bins, bins);
        var source = new FrameSource(_held.AsSpan(0, _heldCount), _firstHeld, clipLength);
        _frontEnd.ComputeFrame(source.Frame(frame, _frame), _scratch, row);

        float smallest = float.PositiveInfinity;
        foreach (float value in row) smallest = value < smallest ? value : smallest;
        _minima[frame] = smallest;
        return LogMelFrontEnd.LargestOf(row);
    }
}

namespace AsrService.Audio;

/// <summary>
/// Log-mel features of a clip of 16 kHz mono samples: 25 ms periodic Hann frames every 10 ms, centred and reflected at
/// the clip's ends, 400-point power spectrum, Slaney mel filters, log10, clamped to 8 below the clip's maximum, scaled.
/// </summary>
/// <remarks>
/// <para>WhisperFeatureExtractor of Transformers without its 30 s padding; computed in float64, rounded to float32
/// after the logarithm. Digital silence is -1.5 everywhere.</para>
/// <para>Layout everywhere: [frames, mel_bins], row-major. (The encoder of the reference takes it transposed.)</para>
/// <para>Immutable and thread-safe. A frame's bits depend on its 400 samples alone: not on the memory's address, the
/// vector width, the thread, or whether this type or <see cref="LogMelStream"/> computed it.</para>
/// </remarks>
public sealed class LogMelFrontEnd
{
    /// <summary>Samples a second of the audio this type takes.</summary>
    public const int SampleRate = 16_000;

    /// <summary>Samples between the starts of two frames: 10 ms.</summary>
    public const int HopLength = 160;

    /// <summary>Samples a frame sees: 25 ms, 200 before and 200 from its centre on.</summary>
    public const int FrameLength = RealFft.Size;

    /// <summary>
    /// The fewest samples a clip may have after padding: reflection at its start needs 200 beyond the first.
    /// </summary>
    public const int MinimumClip = HalfFrame + 1;

    internal const int HalfFrame = FrameLength / 2;
    internal const int ScratchLength = RealFft.ScratchLength + RealFft.Bins;

    private const float DynamicRange = 8; // log10 units kept below the maximum: 80 dB

    private readonly double[] _window = new double[FrameLength];
    private readonly RealFft _fft = new();

    /// <summary>Builds the window and the filters: a millisecond, so keep one for the life of the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its documented range.</exception>
    public LogMelFrontEnd(LogMelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        Bank = new MelFilterBank(options.MelBins);
        for (int n = 0; n < FrameLength; n++) _window[n] = 0.5 - (0.5 * Math.Cos(2 * Math.PI * n / FrameLength));
    }

    /// <summary>What this front end was built with.</summary>
    public LogMelOptions Options { get; }

    /// <summary>Values in one frame.</summary>
    public int MelBins => Options.MelBins;

    internal MelFilterBank Bank { get; }

    /// <summary>Frames of a clip of this many samples, padding included; 0 where
    /// <see cref="Compute(ReadOnlySpan{float})"/> would refuse it as too short.</summary>
    public int FrameCount(int sampleCount)
    {
        int padded = PaddedLength(sampleCount);
        return padded < MinimumClip ? 0 : padded / HopLength;
    }

    /// <summary>The features of a whole clip.</summary>
    /// <param name="samples">[-1, 1] at 16 kHz.</param>
    /// <returns>[frames, mel_bins].</returns>
    /// <exception cref="ArgumentException">Too short: see <see cref="LogMelOptions.MinimumSamples"/>.</exception>
    public float[] Compute(ReadOnlySpan<float> samples)
    {
        var features = new float[FrameCount(samples.Length) * MelBins];
        Compute(samples, features);
        return features;
    }

    /// <summary>The features of a whole clip into the caller's memory; allocates nothing.</summary>
    /// <param name="samples">[-1, 1] at 16 kHz.</param>
    /// <param name="features">[frames, mel_bins]: at least <see cref="FrameCount"/> rows.</param>
    /// <returns>Frames written.</returns>
    /// <exception cref="ArgumentException">The clip is too short, or <paramref name="features"/> is.</exception>
    public int Compute(ReadOnlySpan<float> samples, Span<float> features)
    {
        int frames = FrameCount(samples.Length);
        var logMel = features[..CheckedLength(frames, features.Length)];
        float maximum = ComputeLogMel(samples, 0, frames, logMel);
        Normalize(logMel, maximum, logMel);
        return frames;
    }

    /// <summary>
    /// log10 mel energies of some of a clip's frames, neither clamped nor scaled. Several threads may share a clip out:
    /// take the largest of their maxima, then <see cref="Normalize"/>.
    /// </summary>
    /// <param name="samples">The whole clip: its ends are where reflection happens.</param>
    /// <param name="firstFrame">First frame wanted.</param>
    /// <param name="frameCount">Frames wanted.</param>
    /// <param name="logMel">[frameCount, mel_bins].</param>
    /// <returns>The largest value written.</returns>
    /// <exception cref="ArgumentException">The clip is too short, the frames are not in it, or the output is too
    /// small.</exception>
    public float ComputeLogMel(ReadOnlySpan<float> samples, int firstFrame, int frameCount, Span<float> logMel)
    {
        int frames = FrameCount(samples.Length);
        if (frames == 0)
        {
            throw new ArgumentException(
                $"{samples.Length} samples; reflection at the ends needs {MinimumClip} or more.", nameof(samples));
        }

        CheckRange(firstFrame, frameCount, frames);
        CheckedLength(frameCount, logMel.Length);

        Span<double> scratch = stackalloc double[ScratchLength];
        Span<float> frame = stackalloc float[FrameLength];
        var clip = new FrameSource(samples, 0, PaddedLength(samples.Length));
        float maximum = float.NegativeInfinity;
        for (int i = 0; i < frameCount; i++)
        {
            var row = logMel.Slice(i * MelBins, MelBins);
            ComputeFrame(clip.Frame(firstFrame + i, frame), scratch, row);
            maximum = MathF.Max(maximum, LargestOf(row));
        }

        return maximum;
    }

    /// <summary>Clamps to 8 below <paramref name="maximum"/> and scales: (max(l, M - 8) + 4) / 4.</summary>
    /// <param name="logMel">log10 mel energies, any number of whole frames.</param>
    /// <param name="maximum">M, the largest unclamped value of the clip.</param>
    /// <param name="features">As long as <paramref name="logMel"/>, which it may be.</param>
    public static void Normalize(ReadOnlySpan<float> logMel, float maximum, Span<float> features)
    {
        float floor = maximum - DynamicRange;
        features = features[..logMel.Length];
        for (int i = 0; i < logMel.Length; i++) features[i] = (MathF.Max(logMel[i], floor) + 4) * 0.25f;
    }

    /// <summary>A clip's length once short clips are padded.</summary>
    internal int PaddedLength(int sampleCount) => Math.Max(sampleCount, Options.MinimumSamples);

    /// <summary>The one function that makes a frame.</summary>
    internal void ComputeFrame(ReadOnlySpan<float> frame, Span<double> scratch, Span<float> logMel)
    {
        RealFft.Inputs(scratch, out var even, out var odd);
        for (int n = 0; n < even.Length; n++)
        {
            even[n] = frame[2 * n] * _window[2 * n];
            odd[n] = frame[(2 * n) + 1] * _window[(2 * n) + 1];
        }

        var power = scratch.Slice(RealFft.ScratchLength, RealFft.Bins);
        _fft.Power(scratch, power);
        Bank.Log10Energies(power, logMel);
    }

    internal static float LargestOf(ReadOnlySpan<float> values)
    {
        float largest = float.NegativeInfinity;
        foreach (float value in values) largest = value > largest ? value : largest;
        return largest;
    }

    internal static void CheckRange(int firstFrame, int frameCount, int frames)
    {
        if (firstFrame >= 0 && frameCount >= 0 && firstFrame <= frames - frameCount) return;
        throw new ArgumentOutOfRangeException(
            nameof(firstFrame), firstFrame, $"{frameCount} frames from there are not in 0..{frames}.");
    }

    private int CheckedLength(int frames, int available)
    {
        int needed = frames * MelBins;
        if (available >= needed) return needed;
        throw new ArgumentException(
            $"Room for {available} values; {frames} frames of {MelBins} mel bins need {needed}.");
    }
}

namespace AsrService.Audio;

/// <summary>
/// A recording as the model hears it: one channel, 16 kHz, [-1, 1]. In order: mean over channels (or one of them),
/// resampling, division by the peak of the whole recording where that exceeds 1, clipping. Quiet audio is not
/// amplified.
/// </summary>
/// <remarks>
/// The peak needs all samples before the first can be given. Where it cannot exceed 1 (integers at 16 kHz) nothing is
/// read ahead; else the first <see cref="Read"/> decodes the recording once, keeps it if it is short, and decodes it
/// again as it is read if it is long. Memory stays bounded either way. Not thread-safe.
/// </remarks>
public sealed class SpeechReader : IDisposable
{
    private const int PassLength = 16_000; // samples at a time while the peak is looked for

    private readonly SpeechReaderOptions _options;
    private readonly SpeechDecoder _decoder;
    private float[] _kept = []; // a short recording, decoded while its peak was looked for
    private int _keptCount;
    private bool _isPrepared;
    private bool _isKept;
    private float _peak;

    /// <summary>Reads what a reader decodes.</summary>
    /// <param name="reader">At its start; owned from here on, and closed with this one.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="AudioFormatException">The channel asked for does not exist; the reader is left
    /// open.</exception>
    public SpeechReader(AudioReader reader, SpeechReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _options = options ?? SpeechReaderOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxBufferedSamples, nameof(options));
        _decoder = new SpeechDecoder(reader, _options.Channel);
        if (reader.FrameCount is { } frames) SampleCount = Resampler.OutputLength(frames, reader.SampleRate);
    }

    /// <summary>What messages call the recording.</summary>
    public string Name => _decoder.Reader.Name;

    /// <summary>Channels of the recording.</summary>
    public int SourceChannels => _decoder.Reader.Channels;

    /// <summary>Samples a second of the recording, in Hz.</summary>
    public int SourceRate => _decoder.Reader.SampleRate;

    /// <summary>Samples at 16 kHz in the whole recording, for progress: what its header says until it has been decoded
    /// to its end, then exact; null while not known.</summary>
    public long? SampleCount { get; private set; }

    /// <summary>Samples given so far.</summary>
    public long Position { get; private set; }

    /// <summary>Length of what was given so far; of the recording once <see cref="Read"/> has returned 0.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks(Position * (TimeSpan.TicksPerSecond / Resampler.OutputRate));

    /// <summary>Opens a file by what it contains.</summary>
    /// <exception cref="AudioFormatException">See <see cref="AudioFile.Open"/>; or the channel asked for does not
    /// exist.</exception>
    public static SpeechReader Open(string path, SpeechReaderOptions? options = null)
    {
        var reader = AudioFile.Open(path, options?.Ffmpeg);
        try
        {
            return new SpeechReader(reader, options);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Opens one channel of a file, counted from 0.</summary>
    /// <exception cref="AudioFormatException">See <see cref="AudioFile.Open"/>; or there is no such
    /// channel.</exception>
    public static SpeechReader OpenChannel(string path, int channel, SpeechReaderOptions? options = null) =>
        Open(path, (options ?? SpeechReaderOptions.Default) with { Channel = channel });

    /// <summary>
    /// Reads one channel of samples that are in memory; they are not copied and must stay as they are.
    /// </summary>
    /// <param name="samples">Any finite values; beyond [-1, 1] the peak rule applies.</param>
    /// <param name="sampleRate">In Hz; resampled unless it is 16,000.</param>
    /// <param name="name">What messages call them.</param>
    /// <param name="options">Null for the defaults.</param>
    public static SpeechReader FromSamples(
        ReadOnlyMemory<float> samples, int sampleRate = Resampler.OutputRate, string name = "samples",
        SpeechReaderOptions? options = null) =>
        new(new MemoryReader(samples, sampleRate, name), options);

    /// <summary>Reads the next samples; fewer than asked for does not mean the end.</summary>
    /// <param name="samples">Room for at least one.</param>
    /// <returns>Samples read; 0 at the end.</returns>
    /// <exception cref="AudioFormatException">The contents cannot be decoded, or a sample is not a finite
    /// number.</exception>
    public int Read(Span<float> samples)
    {
        if (samples.IsEmpty) throw new ArgumentException("No room: it would look like the end.", nameof(samples));
        if (!_isPrepared) FindPeak();

        int count = _isKept ? ReadKept(samples) : _decoder.Read(samples);
        samples = samples[..count];
        if (_options.NormalizePeak) Normalize(samples);
        Position += count;
        if (count == 0) SampleCount = Position;
        return count;
    }

    /// <summary>Reads all that is left.</summary>
    /// <exception cref="AudioFormatException">As <see cref="Read"/>.</exception>
    public float[] ReadToEnd()
    {
        long expected = SampleCount - Position ?? 1 << 16;
        var samples = new float[(int)Math.Min(expected + 1, 1 << 24)]; // one more, to see the end
        int count = 0;
        while (true)
        {
            if (count == samples.Length) Array.Resize(ref samples, checked(count * 2));
            int read = Read(samples.AsSpan(count));
            if (read == 0) return samples[..count];
            count += read;
        }
    }

    /// <summary>Closes the recording.</summary>
    public void Dispose() => _decoder.Dispose();

    private void FindPeak()
    {
        _isPrepared = true;
        bool cannotExceedOne = _decoder.Reader.IsWithinUnitRange && SourceRate == Resampler.OutputRate;
        if (!_options.NormalizePeak || cannotExceedOne) return;

        var block = new float[PassLength];
        long total = 0;
        for (int count; (count = _decoder.Read(block)) > 0; total += count)
        {
            foreach (float sample in block.AsSpan(0, count)) _peak = MathF.Max(_peak, MathF.Abs(sample));
            if (total + count <= _options.MaxBufferedSamples) Keep(block.AsSpan(0, count));
        }

        SampleCount = total;
        _isKept = total == _keptCount;
        if (_isKept) return;
        _kept = [];
        if (!_decoder.Reader.CanRewind)
        {
            throw new AudioFormatException(
                $"{Name}: comes through a pipe, and {total} samples are more than the {_options.MaxBufferedSamples} "
                + "of SpeechReaderOptions.MaxBufferedSamples; write it to a file first.");
        }

        _decoder.Rewind();
    }

    private void Keep(ReadOnlySpan<float> samples)
    {
        if (_kept.Length < _keptCount + samples.Length) Array.Resize(ref _kept, Math.Max(_kept.Length * 2, 1 << 18));
        samples.CopyTo(_kept.AsSpan(_keptCount));
        _keptCount += samples.Length;
    }

    private int ReadKept(Span<float> samples)
    {
        int count = (int)Math.Min(samples.Length, _keptCount - Position);
        _kept.AsSpan((int)Position, count).CopyTo(samples);
        return count;
    }

    private void Normalize(Span<float> samples)
    {
        float divisor = _peak > 1 ? _peak : 1;
        for (int i = 0; i < samples.Length; i++) samples[i] = Math.Clamp(samples[i] / divisor, -1, 1);
    }
}

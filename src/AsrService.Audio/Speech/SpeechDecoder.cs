namespace AsrService.Audio;

/// <summary>A reader's sample frames → one channel → 16 kHz, block by block.</summary>
internal sealed class SpeechDecoder : IDisposable
{
    private const int BlockFrames = 4096;

    private readonly AudioReader _reader;
    private readonly int? _channel;
    private readonly Resampler _resampler;
    private readonly float[] _frames;
    private readonly float[] _mono = new float[BlockFrames];
    private readonly float[] _resampled;
    private ReadOnlyMemory<float> _ready;
    private bool _atEnd;

    public SpeechDecoder(AudioReader reader, int? channel)
    {
        if (channel < 0 || channel >= reader.Channels)
            throw AudioFormatException.Field(reader.Name, "channel asked for", $"0 to {reader.Channels - 1}", channel);
        _reader = reader;
        _channel = channel;
        _resampler = new Resampler(reader.SampleRate);
        _frames = new float[BlockFrames * reader.Channels];
        _resampled = new float[Math.Max(_resampler.OutputBound(BlockFrames), _resampler.FlushBound)];
    }

    public AudioReader Reader => _reader;

    /// <summary>Samples read; 0 at the end.</summary>
    public int Read(Span<float> samples)
    {
        while (_ready.IsEmpty && !_atEnd) Refill();
        int count = Math.Min(samples.Length, _ready.Length);
        _ready.Span[..count].CopyTo(samples);
        _ready = _ready[count..];
        return count;
    }

    public void Rewind()
    {
        _reader.Rewind();
        _resampler.Reset();
        _ready = default;
        _atEnd = false;
    }

    public void Dispose() => _reader.Dispose();

    private void Refill()
    {
        int frames = _reader.Read(_frames);
        _atEnd = frames == 0;
        int count = _atEnd ? _resampler.Flush(_resampled) : _resampler.Process(Mono(frames), _resampled);
        _ready = _resampled.AsMemory(0, count);
        foreach (float sample in _ready.Span)
        {
            if (!float.IsFinite(sample))
                throw new AudioFormatException($"{_reader.Name}: its samples are too large to be mixed and resampled.");
        }
    }

    private ReadOnlySpan<float> Mono(int frames)
    {
        int channels = _reader.Channels;
        if (channels == 1) return _frames.AsSpan(0, frames);

        var mono = _mono.AsSpan(0, frames);
        for (int i = 0; i < mono.Length; i++)
        {
            var frame = _frames.AsSpan(i * channels, channels);
            mono[i] = _channel is { } channel ? frame[channel] : MeanOf(frame);
        }

        return mono;
    }

    private static float MeanOf(ReadOnlySpan<float> frame)
    {
        float sum = 0;
        foreach (float sample in frame) sum += sample;
        return sum / frame.Length;
    }
}

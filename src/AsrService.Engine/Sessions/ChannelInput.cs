using AsrService.Audio;

namespace AsrService.Engine.Sessions;

/// <summary>A channel's way in: one channel of the frames, clipped, at 16 kHz, cut into segments by its voice activity.</summary>
/// <remarks>What comes out depends on the samples alone, however they were cut. Belongs to the session's writer.</remarks>
internal sealed class ChannelInput
{
    private readonly Resampler _resampler;
    private readonly List<bool> _activity = [];
    private float[] _mono = [];
    private float[] _samples = [];
    private long _next; // frame that is given next

    /// <param name="sampleRate">Of the frames.</param>
    /// <param name="endpointing">In force at the first sample.</param>
    /// <param name="from">Where to go on; null for the first sample.</param>
    public ChannelInput(int sampleRate, EndpointingOptions endpointing, SegmenterState? from = null)
    {
        _resampler = new Resampler(sampleRate);
        Segmenter = new SpeechSegmenter(endpointing, from);
        FirstFrame = from is null ? 0 : _resampler.StartAt(from.First);
    }

    public SpeechSegmenter Segmenter { get; }

    /// <summary>Index of the first frame needed; earlier ones are passed over.</summary>
    public long FirstFrame { get; }

    /// <summary>Speech flags of the hops judged by the last call.</summary>
    public IReadOnlyList<bool> Activity => _activity;

    /// <summary>Says which frame comes first.</summary>
    public void Begin(long frame) => _next = frame;

    /// <summary>Takes frames in.</summary>
    /// <returns>The samples that they complete.</returns>
    public ReadOnlySpan<float> Append(ReadOnlySpan<float> frames, int channel, int channels)
    {
        int count = frames.Length / channels;
        int skipped = (int)Math.Clamp(FirstFrame - _next, 0, count);
        _next += count;
        frames = frames[(skipped * channels)..];
        count -= skipped;
        if (_mono.Length < count) _mono = new float[count];
        for (int i = 0; i < count; i++) _mono[i] = Math.Clamp(frames[i * channels + channel], -1f, 1f);
        MakeRoom(_resampler.OutputBound(count));
        return Judge(_resampler.Process(_mono.AsSpan(0, count), _samples));
    }

    /// <summary>Ends the open segment after the last sample that came out.</summary>
    public void FinalizeSegment()
    {
        _activity.Clear(); // taken by the call before
        Segmenter.FinalizeSegment();
        Segmenter.TakeActivity(_activity);
    }

    /// <summary>The audio is over.</summary>
    /// <returns>Its last samples.</returns>
    public ReadOnlySpan<float> Complete()
    {
        MakeRoom(_resampler.FlushBound);
        var last = Judge(_resampler.Flush(_samples));
        Segmenter.Complete();
        Segmenter.TakeActivity(_activity);
        return last;
    }

    private ReadOnlySpan<float> Judge(int count)
    {
        _activity.Clear();
        Segmenter.Append(_samples.AsSpan(0, count));
        Segmenter.TakeActivity(_activity);
        return _samples.AsSpan(0, count);
    }

    private void MakeRoom(int count)
    {
        if (_samples.Length < count) _samples = new float[count];
    }
}

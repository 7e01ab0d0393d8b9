using System.Diagnostics;
using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Models;
using AsrService.Models.Configuration;
using AsrService.Models.Encoder;

namespace AsrService.Engine.Batching;

/// <summary>
/// The audio side of a segment, which may still grow: its features, its encoded windows and the positions of its prompt
/// that stay in the KV cache from one decoding to the next.
/// </summary>
/// <remarks>
/// <para>A window is sealed once no further sample can change its frames, and encoded once. The open window behind the
/// sealed ones is encoded anew for every decoding.</para>
/// <para>Features are clamped at M − 8, where M is the clip's largest log-mel value so far. An encoded window stays exact
/// while M is what it was, or while the clamp touches none of its values either way. A partial may keep windows that are
/// not; a final encodes them again, and forgets the positions from the first of them on.</para>
/// <para>Belongs to the thread that owns the model.</para>
/// </remarks>
internal sealed class Clip : IDisposable
{
    private readonly IModelRunner _runner;
    private readonly LogMelStream _mel;
    private readonly SpeechLevels _levels = new();
    private readonly List<CachedWindow> _sealed = [];
    private AudioEmbeddings? _open;
    private TimeSpan _featureTime;
    private int _keptAudioTokens;

    public Clip(IModelRunner runner, LogMelFrontEnd frontEnd)
    {
        _runner = runner;
        _mel = new LogMelStream(frontEnd);
    }

    /// <summary>Samples appended.</summary>
    public int SampleCount => _levels.SampleCount;

    /// <summary>What the samples say about speech.</summary>
    public SpeechEvidence Evidence => _levels.Measure();

    /// <summary>Rows that the encoder gives for the clip as it is.</summary>
    public int AudioTokens => Audio.AudioTokens(_mel.FrameCount);

    /// <summary>Its sequence in the KV cache; −1 before the first.</summary>
    public int Sequence { get; private set; } = -1;

    /// <summary>Positions in the cache that the next decoding may keep.</summary>
    public int KeptPositions { get; private set; }

    /// <summary>Windows that were encoded again because M rose.</summary>
    public int ReencodedWindows { get; private set; }

    /// <summary>Encoded windows, in order: sealed ones, then the open one.</summary>
    public IReadOnlyList<AudioEmbeddings> Windows { get; private set; } = [];

    private AudioConfig Audio => _runner.Config.Audio;

    /// <summary>Adds samples: 16 kHz mono, finite.</summary>
    public void Append(ReadOnlySpan<float> samples)
    {
        long start = Stopwatch.GetTimestamp();
        _mel.Append(samples);
        _levels.Append(samples);
        _featureTime += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>
    /// Begins anew with fewer samples, the first of those it had: a forced cut lies before the newest refresh point. The
    /// windows that are sealed by them stay.
    /// </summary>
    public void Restart(ReadOnlySpan<float> samples)
    {
        DropOpen();
        _mel.Reset();
        _levels.Clear();
        Append(samples);
        int whole = (_mel.FrameCount - _mel.ProvisionalFrames) / Audio.WindowFrames;
        for (int i = _sealed.Count - 1; i >= whole; i--)
        {
            _sealed[i].Rows.Dispose();
            _sealed.RemoveAt(i);
        }
        _keptAudioTokens = Math.Min(_keptAudioTokens, _sealed.Count * Audio.WindowTokens);
    }

    /// <summary>Time spent on features since this was asked last.</summary>
    public TimeSpan TakeFeatureTime()
    {
        var time = _featureTime;
        _featureTime = default;
        return time;
    }

    /// <summary>Features of the windows that the next decoding needs encoded.</summary>
    /// <param name="isExact">Whether encoded windows that M has overtaken are to be encoded again.</param>
    public List<PendingWindow> TakeMissing(bool isExact)
    {
        long start = Stopwatch.GetTimestamp();
        DropOpen();
        int size = Audio.WindowFrames, frames = _mel.FrameCount, whole = (frames - _mel.ProvisionalFrames) / size;
        float maximum = _mel.Maximum;
        var missing = new List<PendingWindow>();
        for (int i = 0; i < _sealed.Count && isExact; i++)
        {
            if (_sealed[i].IsExactAt(maximum)) continue;
            ReencodedWindows++;
            missing.Add(Features(i, size, maximum));
        }
        for (int i = _sealed.Count; i < whole; i++) missing.Add(Features(i, size, maximum));
        if (frames > whole * size) missing.Add(Features(whole, frames - whole * size, maximum));
        _featureTime += Stopwatch.GetElapsedTime(start);
        return missing;
    }

    /// <summary>Takes what <see cref="TakeMissing"/> asked for, encoded, in the same order.</summary>
    public void Attach(IReadOnlyList<PendingWindow> windows, AudioEmbeddings[] encoded)
    {
        int sealedFrames = _mel.FrameCount - _mel.ProvisionalFrames;
        for (int i = 0; i < encoded.Length; i++)
        {
            int index = windows[i].Index, tokensBefore = index * Audio.WindowTokens;
            if ((index + 1) * Audio.WindowFrames > sealedFrames) _open = encoded[i];
            else Seal(index, new CachedWindow(encoded[i], windows[i].Maximum, windows[i].Minimum));
            _keptAudioTokens = Math.Min(_keptAudioTokens, tokensBefore);
        }
        Windows = [.. _sealed.Select(window => window.Rows), .. _open is null ? [] : new[] { _open }];
    }

    /// <summary>Opens the sequence, or cuts it back to what a prompt has in common with the last one.</summary>
    /// <param name="headLength">Positions before the first audio token; the same for all decodings of a clip.</param>
    public void OpenSequence(int headLength)
    {
        if (Sequence < 0) Sequence = _runner.OpenSequence();
        int kept = _keptAudioTokens == 0 ? Math.Min(KeptPositions, headLength) : headLength + _keptAudioTokens;
        KeptPositions = Math.Min(kept, _runner.LengthOf(Sequence));
        _runner.Truncate(Sequence, KeptPositions);
    }

    /// <summary>Says that a decoding is over: head and sealed audio stay in the cache.</summary>
    public void Keep(int headLength)
    {
        DropOpen();
        _keptAudioTokens = _sealed.Count * Audio.WindowTokens;
        KeptPositions = Math.Min(headLength + _keptAudioTokens, _runner.LengthOf(Sequence));
        _keptAudioTokens = Math.Max(0, KeptPositions - headLength);
        _runner.Truncate(Sequence, KeptPositions);
    }

    public void Dispose()
    {
        DropOpen();
        foreach (var window in _sealed) window.Rows.Dispose();
        _sealed.Clear();
        if (Sequence >= 0) _runner.CloseSequence(Sequence);
        Sequence = -1;
    }

    private PendingWindow Features(int index, int frames, float maximum)
    {
        int first = index * Audio.WindowFrames;
        var features = new float[frames * Audio.MelBins];
        _mel.WriteFeatures(first, frames, features);
        return new PendingWindow(index, new EncoderWindow(features), maximum, _mel.MinimumOf(first, frames));
    }

    private void Seal(int index, CachedWindow window)
    {
        if (index == _sealed.Count)
        {
            _sealed.Add(window);
            return;
        }
        _sealed[index].Rows.Dispose();
        _sealed[index] = window;
    }

    private void DropOpen()
    {
        _open?.Dispose();
        _open = null;
        Windows = [];
    }

    private readonly record struct CachedWindow(AudioEmbeddings Rows, float Maximum, float Minimum)
    {
        private const float Range = 8; // the features' clamp: log10 units below M

        public bool IsExactAt(float maximum) => maximum == Maximum || Minimum >= Math.Max(Maximum, maximum) - Range;
    }
}

/// <summary>A window to be encoded, and what M and its own smallest value were.</summary>
internal readonly record struct PendingWindow(int Index, EncoderWindow Window, float Maximum, float Minimum);

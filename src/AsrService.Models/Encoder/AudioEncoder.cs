using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models.Encoder;

/// <summary>Log-mel features to audio tokens: convolution stem, windowed transformer, projection to the decoder's width.</summary>
/// <remarks>A window's output is a function of its own features, so windows are batched freely and may be cached.</remarks>
internal sealed class AudioEncoder : IDisposable
{
    /// <summary>Encoder windows computed at once; bounds the activations.</summary>
    private const int MaxWindows = 8;

    private readonly IOps _ops;
    private readonly AudioConfig _config;
    private readonly ConvStem _stem;
    private readonly EncoderLayer[] _layers;
    private readonly EncoderScratch _scratch;
    private readonly Weight _postGain, _postBias, _project1, _project1Bias, _project2, _project2Bias;
    private readonly Tensor _hidden, _projected;

    public AudioEncoder(IOps ops, WeightLoader load, AudioConfig config)
    {
        (_ops, _config) = (ops, config);
        _stem = new ConvStem(ops, load, config);
        _layers = new EncoderLayer[config.Layers];
        for (int i = 0; i < _layers.Length; i++) _layers[i] = new EncoderLayer(ops, load, config, i);
        _postGain = load.Vector(("audio_tower.ln_post.weight", config.Width));
        _postBias = load.Vector(("audio_tower.ln_post.bias", config.Width));
        _project1 = load.Matrix(config.Width, ("audio_tower.proj1.weight", config.Width));
        _project1Bias = load.Vector(("audio_tower.proj1.bias", config.Width));
        _project2 = load.Matrix(config.Width, ("audio_tower.proj2.weight", config.OutputSize));
        _project2Bias = load.Vector(("audio_tower.proj2.bias", config.OutputSize));
        _scratch = new EncoderScratch(ops, config);
        _hidden = ops.NewTensor(0, config.Width);
        _projected = ops.NewTensor(0, config.OutputSize);
    }

    /// <summary>Encodes windows of any clips; the caller disposes what it gets, in the same order.</summary>
    public AudioEmbeddings[] Encode(ReadOnlySpan<EncoderWindow> windows)
    {
        var results = new AudioEmbeddings[windows.Length];
        for (int first = 0; first < windows.Length; first += MaxWindows)
        {
            int count = Math.Min(MaxWindows, windows.Length - first);
            EncodeGroup(windows.Slice(first, count), results.AsSpan(first, count));
        }
        return results;
    }

    public void Dispose()
    {
        _stem.Dispose();
        _scratch.Dispose();
        _hidden.Dispose();
        _projected.Dispose();
    }

    private void EncodeGroup(ReadOnlySpan<EncoderWindow> windows, Span<AudioEmbeddings> results)
    {
        var lengths = new int[windows.Length];
        for (int i = 0; i < windows.Length; i++) lengths[i] = TokensIn(windows[i]);

        _hidden.Resize(lengths.Sum());
        for (int i = 0, row = 0; i < windows.Length; row += lengths[i++]) _stem.Run(windows[i], row, _hidden);
        foreach (var layer in _layers) layer.Run(_hidden, lengths, _scratch);

        _ops.LayerNorm(_hidden, _postGain, _postBias, EncoderLayer.NormEpsilon, _scratch.Normed);
        _ops.MatMul(_scratch.Normed, _project1, _scratch.Attended, _project1Bias, Activation.Gelu);
        _ops.MatMul(_scratch.Attended, _project2, _projected, _project2Bias);
        for (int i = 0, row = 0; i < results.Length; row += lengths[i++])
        {
            var rows = _ops.NewTensor(lengths[i], _config.OutputSize);
            _ops.GatherRows(_projected, Enumerable.Range(row, lengths[i]).ToArray(), rows);
            results[i] = new AudioEmbeddings(rows);
        }
    }

    private int TokensIn(EncoderWindow window)
    {
        int frames = window.LogMel.Length / _config.MelBins;
        if (frames * _config.MelBins != window.LogMel.Length || frames < 1 || frames > _config.WindowFrames)
        {
            throw new ShapeException(
                $"encoder window: expected 1 to {_config.WindowFrames} frames of {_config.MelBins} bins, found {window.LogMel.Length} values.");
        }
        return _config.AudioTokens(frames);
    }
}

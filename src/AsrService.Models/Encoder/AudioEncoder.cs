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
    private Encoding? _current; // the activations are one encoding's at a time

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

    /// <summary>Begins to encode windows of any clips.</summary>
    public IEncoding Begin(IReadOnlyList<EncoderWindow> windows)
    {
        if (_current is not null) throw new InvalidOperationException("Earlier windows are neither taken nor given up.");
        return _current = new Encoding(this, windows);
    }

    public void Dispose()
    {
        _stem.Dispose();
        _scratch.Dispose();
        _hidden.Dispose();
        _projected.Dispose();
    }

    private void Project()
    {
        _ops.LayerNorm(_hidden, _postGain, _postBias, EncoderLayer.NormEpsilon, _scratch.Normed);
        _ops.MatMul(_scratch.Normed, _project1, _scratch.Attended, _project1Bias, Activation.Gelu);
        _ops.MatMul(_scratch.Attended, _project2, _projected, _project2Bias);
    }

    private AudioEmbeddings TakeRows(int first, int count)
    {
        var rows = _ops.NewTensor(count, _config.OutputSize);
        _ops.GatherRows(_projected, Enumerable.Range(first, count).ToArray(), rows);
        return new AudioEmbeddings(rows);
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

    /// <summary>
    /// Groups of windows one after the other: of a group first the convolutions, a window at a time, then the layers,
    /// then the projection.
    /// </summary>
    private sealed class Encoding : IEncoding
    {
        private readonly AudioEncoder _encoder;
        private readonly IReadOnlyList<EncoderWindow> _windows;
        private readonly int[] _lengths; // audio tokens
        private readonly AudioEmbeddings?[] _results;
        private int _first; // window that the group begins with
        private int _unit; // of the group: one for each window, one for each layer, one for the projection
        private int _row;

        public Encoding(AudioEncoder encoder, IReadOnlyList<EncoderWindow> windows)
        {
            (_encoder, _windows) = (encoder, windows);
            _lengths = [.. windows.Select(encoder.TokensIn)];
            _results = new AudioEmbeddings[windows.Count];
        }

        public bool IsDone => _first == _windows.Count;

        private int GroupSize => Math.Min(MaxWindows, _windows.Count - _first);

        private ReadOnlySpan<int> GroupLengths => _lengths.AsSpan(_first, GroupSize);

        public bool Continue(Func<bool> isTimeLeft)
        {
            while (!IsDone)
            {
                RunUnit();
                if (!isTimeLeft()) break;
            }
            return IsDone;
        }

        public AudioEmbeddings[] Take()
        {
            if (!IsDone) throw new InvalidOperationException($"Only {_first} of {_windows.Count} windows are encoded.");
            var taken = Array.ConvertAll(_results, result => result!);
            Array.Clear(_results);
            return taken;
        }

        public void Dispose()
        {
            foreach (var result in _results) result?.Dispose();
            Array.Clear(_results);
            if (ReferenceEquals(_encoder._current, this)) _encoder._current = null;
        }

        private void RunUnit()
        {
            int unit = _unit++, layers = _encoder._layers.Length;
            if (unit == 0) Open();
            if (unit < GroupSize) Convolve(_first + unit);
            else if (unit < GroupSize + layers) _encoder._layers[unit - GroupSize].Run(_encoder._hidden, GroupLengths, _encoder._scratch);
            else Close();
        }

        private void Open()
        {
            _row = 0;
            int rows = 0;
            foreach (int length in GroupLengths) rows += length;
            _encoder._hidden.Resize(rows);
        }

        private void Convolve(int window)
        {
            _encoder._stem.Run(_windows[window], _row, _encoder._hidden);
            _row += _lengths[window];
        }

        private void Close()
        {
            _encoder.Project();
            int count = GroupSize;
            for (int i = 0, row = 0; i < count; row += _lengths[_first + i++])
                _results[_first + i] = _encoder.TakeRows(row, _lengths[_first + i]);
            _first += count;
            _unit = 0;
        }
    }
}

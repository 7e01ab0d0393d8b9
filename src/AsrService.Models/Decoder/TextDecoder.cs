using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models.Decoder;

/// <summary>The Qwen3 decoder over cached sequences, with the vocabulary or the aligner's time classes as its output head.</summary>
internal sealed class TextDecoder : IDisposable
{
    /// <summary>Output rows computed at once: bounds the logits, which are the widest rows there are.</summary>
    private const int MaxOutputRows = 64;

    private readonly IOps _ops;
    private readonly TextConfig _config;
    private readonly Weight _embedding, _normGain, _head;
    private readonly DecoderLayer[] _layers;
    private readonly DecoderScratch _scratch;
    private readonly Tensor _hidden, _outputs, _logits, _row;
    private float[] _rowValues = [];

    public TextDecoder(IOps ops, WeightLoader load, IWeights weights)
    {
        (_ops, _config) = (ops, weights.Config.Text);
        int hidden = _config.HiddenSize, classes = weights.Config.OutputClasses;
        _embedding = load.Matrix(hidden, (Checkpoints.CheckpointTensors.Embedding, _config.VocabularySize));
        _head = weights.OutputHeadIsEmbedding()
            ? _embedding
            : load.Matrix(hidden, (Checkpoints.CheckpointTensors.OutputHead, classes));
        _layers = new DecoderLayer[_config.Layers];
        for (int i = 0; i < _layers.Length; i++) _layers[i] = new DecoderLayer(ops, load, _config, i);
        _normGain = load.Vector(("model.norm.weight", hidden));
        _scratch = new DecoderScratch(ops, _config);
        _hidden = ops.NewTensor(0, hidden);
        _outputs = ops.NewTensor(0, hidden);
        _logits = ops.NewTensor(0, classes);
        _row = ops.NewTensor(0, classes);
    }

    /// <summary>The rows of one step, to be filled with <see cref="TextDecoder.Embed"/>.</summary>
    public Tensor Hidden => _hidden;

    /// <summary>Called with each row of logits that is computed; for tests.</summary>
    public Action<ReadOnlyMemory<float>>? LogitsObserver { get; set; }

    /// <summary>Fills the rows of a step with text embeddings; audio rows are overwritten afterwards.</summary>
    public void Embed(ReadOnlySpan<int> ids) => _ops.Embed(ids, _embedding, _hidden);

    /// <summary>Runs the layers over the rows of a step and predicts at the asked rows.</summary>
    public void Run(
        KvCache cache, ReadOnlySpan<int> sequences, ReadOnlySpan<int> positions, ReadOnlySpan<int> outputRows,
        IReadOnlyList<Choice> choices, Span<int> ids, Span<float> logProbabilities)
    {
        foreach (var layer in _layers) layer.Run(_hidden, cache, sequences, positions, _scratch);
        for (int first = 0; first < outputRows.Length; first += MaxOutputRows)
        {
            int count = Math.Min(MaxOutputRows, outputRows.Length - first);
            _ops.GatherRows(_hidden, outputRows.Slice(first, count), _outputs);
            _ops.RmsNorm(_outputs, _normGain, _config.RmsNormEpsilon, _outputs);
            _ops.MatMul(_outputs, _head, _logits);
            _ops.ArgMax(_logits, ids.Slice(first, count), logProbabilities.Slice(first, count));
            if (LogitsObserver is not null) Observe();
            foreach (var choice in choices)
            {
                int row = choice.Output - first;
                if (row >= 0 && row < count) Choose(row, choice.Allowed, ref ids[choice.Output], ref logProbabilities[choice.Output]);
            }
        }
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _hidden.Dispose();
        _outputs.Dispose();
        _logits.Dispose();
        _row.Dispose();
    }

    /// <summary>Replaces an argmax by the best of the allowed ids; its probability stays that among all ids.</summary>
    private void Choose(int row, IReadOnlyList<int> allowed, ref int id, ref float logProbability)
    {
        if (float.IsNaN(logProbability)) return;
        _ops.GatherRows(_logits, [row], _row);
        if (_rowValues.Length == 0) _rowValues = new float[_logits.Columns];
        _ops.Read(_row, _rowValues);
        int best = allowed[0];
        foreach (int candidate in allowed)
        {
            if (_rowValues[candidate] > _rowValues[best] || (_rowValues[candidate] == _rowValues[best] && candidate < best)) best = candidate;
        }
        logProbability += _rowValues[best] - _rowValues[id];
        id = best;
    }

    private void Observe()
    {
        var values = new float[_logits.Count];
        _ops.Read(_logits, values);
        for (int row = 0; row < _logits.Rows; row++) LogitsObserver!(values.AsMemory(row * _logits.Columns, _logits.Columns));
    }
}

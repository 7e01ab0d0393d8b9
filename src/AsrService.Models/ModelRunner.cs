using AsrService.Kernels;
using AsrService.Models.Configuration;
using AsrService.Models.Decoder;
using AsrService.Models.Encoder;

namespace AsrService.Models;

/// <summary>How a model is held and run.</summary>
public sealed record ModelOptions
{
    /// <summary>Format the matrices are kept in.</summary>
    /// <value><see cref="DType.BF16"/> or <see cref="DType.F32"/>. Default BF16, as published.</value>
    public DType Weights { get; init; } = DType.BF16;

    /// <summary>Format of the KV cache.</summary>
    /// <value>Null: F32 with F32 weights, else BF16.</value>
    public DType? Kv { get; init; }

    /// <summary>Most memory the KV cache may take; it is taken as sequences grow.</summary>
    /// <value>At least one KV block. Default 2 GiB.</value>
    public long MaxKvBytes { get; init; } = 2L << 30;

    /// <summary>Positions computed at once; more are cut into several steps. Bounds the activations.</summary>
    /// <value>At least 1. Default 512.</value>
    public int MaxStepPositions { get; init; } = 512;
}

/// <summary>Qwen3-ASR, or its forced aligner, on one backend.</summary>
public sealed class ModelRunner : IModelRunner
{
    private readonly IOps _ops;
    private readonly ModelOptions _options;
    private readonly WeightLoader _load;
    private readonly AudioEncoder _encoder;
    private readonly TextDecoder _decoder;
    private readonly KvCache _cache;
    private readonly StepRows _rows = new();

    /// <summary>Loads a model; the weights may be closed afterwards.</summary>
    /// <param name="ops">The backend; the runner owns it from here on.</param>
    /// <param name="weights">The parameters.</param>
    /// <param name="options">How to hold them; null for the defaults.</param>
    /// <exception cref="Checkpoints.CheckpointException">A tensor is missing, misshapen or not readable.</exception>
    public ModelRunner(IOps ops, IWeights weights, ModelOptions? options = null)
    {
        _ops = ops;
        _options = options ?? new ModelOptions();
        Name = weights.Name;
        Config = weights.Config;
        _load = new WeightLoader(ops, weights, _options.Weights);
        try
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxStepPositions, 1, nameof(options));
            _encoder = new AudioEncoder(ops, _load, Config.Audio);
            _decoder = new TextDecoder(ops, _load, weights);
            _cache = NewKvCache();
        }
        catch
        {
            _decoder?.Dispose();
            _encoder?.Dispose();
            _load.Dispose();
            ops.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ModelConfig Config { get; }

    /// <summary>How the matrices are kept.</summary>
    public DType WeightType => _options.Weights;

    /// <summary>Backend and device, for people.</summary>
    public string Device => _ops.Description;

    /// <summary>A backend for a model that takes turns with this one on its threads, and is disposed before it.</summary>
    public IOps CreateOpsBeside() => CpuOps.CreateBeside(_ops);

    /// <inheritdoc/>
    public int FreeKvBlocks => _cache.FreeBlocks;

    /// <summary>Called with each row of logits that is computed; for tests.</summary>
    internal Action<ReadOnlyMemory<float>>? LogitsObserver
    {
        get => _decoder.LogitsObserver;
        set => _decoder.LogitsObserver = value;
    }

    /// <inheritdoc/>
    public AudioEmbeddings[] Encode(ReadOnlySpan<EncoderWindow> windows)
    {
        using var encoding = _encoder.Begin(windows.ToArray());
        encoding.Continue(static () => true);
        return encoding.Take();
    }

    /// <inheritdoc/>
    public IEncoding BeginEncode(IReadOnlyList<EncoderWindow> windows) => _encoder.Begin(windows);

    /// <summary>Copies embeddings out of the backend: [audio tokens, decoder width].</summary>
    public float[] Read(AudioEmbeddings embeddings)
    {
        var values = new float[embeddings.Rows.Count];
        _ops.Read(embeddings.Rows, values);
        return values;
    }

    /// <inheritdoc/>
    public int OpenSequence() => _cache.Open();

    /// <inheritdoc/>
    public int LengthOf(int sequence) => _cache.LengthOf(sequence);

    /// <inheritdoc/>
    public void Truncate(int sequence, int length) => _cache.Truncate(sequence, length);

    /// <inheritdoc/>
    public bool TryFork(int sequence, out int fork) => _cache.TryFork(sequence, out fork);

    /// <inheritdoc/>
    public void CloseSequence(int sequence) => _cache.Close(sequence);

    /// <inheritdoc/>
    public void Extend(ReadOnlySpan<Extension> batch, Span<Prediction> predictions)
    {
        _rows.Clear();
        int appended = 0;
        try
        {
            for (; appended < batch.Length; appended++) Append(batch[appended]);
            ShapeException.Require("predictions", _rows.Outputs.Count, predictions.Length);
            RunSteps(predictions);
        }
        catch
        {
            while (appended > 0) TakeBack(batch[--appended]);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _decoder.Dispose();
        _encoder.Dispose();
        _load.Dispose();
        _ops.Dispose();
    }

    private KvCache NewKvCache()
    {
        var kv = _options.Kv ?? (_options.Weights == DType.F32 ? DType.F32 : DType.BF16);
        var geometry = new KvGeometry(Config.Text.Layers, Config.Text.KvHeads, Config.Text.HeadSize, kv, MaxBlocks: 1);
        int blocks = (int)Math.Clamp(_options.MaxKvBytes / geometry.BlockBytes, 1, int.MaxValue / 2);
        return _ops.NewKvCache(geometry with { MaxBlocks = blocks });
    }

    private void Append(Extension extension)
    {
        int start = _cache.LengthOf(extension.Sequence), end = start + extension.Ids.Length;
        if (end > Config.Text.MaxPositions)
            throw new ArgumentException($"{end} positions are more than the model's {Config.Text.MaxPositions}.", nameof(extension));
        _rows.Append(extension, start, Config.AudioTokenId);
        if (!_cache.TryExtend(extension.Sequence, extension.Ids.Length)) // last: what failed before has changed nothing
            throw new InvalidOperationException($"{extension.Ids.Length} positions need more than the {FreeKvBlocks} free KV blocks.");
    }

    private void TakeBack(Extension extension) =>
        _cache.Truncate(extension.Sequence, _cache.LengthOf(extension.Sequence) - extension.Ids.Length);

    private void RunSteps(Span<Prediction> predictions)
    {
        for (int first = 0, output = 0; first < _rows.Ids.Count; first += _options.MaxStepPositions)
        {
            int count = Math.Min(_options.MaxStepPositions, _rows.Ids.Count - first);
            output += RunStep(first, count, output, predictions);
        }
    }

    /// <returns>Predictions made.</returns>
    private int RunStep(int first, int count, int firstOutput, Span<Prediction> predictions)
    {
        _decoder.Embed(_rows.Ids.Slice(first, count));
        _rows.InsertAudio(_ops, first, count, _decoder.Hidden);
        var outputs = _rows.OutputsIn(first, count, firstOutput);
        Span<int> ids = outputs.Length <= 256 ? stackalloc int[outputs.Length] : new int[outputs.Length];
        Span<float> logProbabilities = outputs.Length <= 256 ? stackalloc float[outputs.Length] : new float[outputs.Length];
        _decoder.Run(
            _cache, _rows.Sequences.Slice(first, count), _rows.Positions.Slice(first, count), outputs,
            _rows.AllowedAfter(firstOutput, outputs.Length), ids, logProbabilities);
        for (int i = 0; i < outputs.Length; i++) predictions[firstOutput + i] = new Prediction(ids[i], logProbabilities[i]);
        return outputs.Length;
    }
}

using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models.Decoder;

/// <summary>Pre-norm decoder layer: causal grouped-query attention over the KV cache, then a SiLU-gated network. No biases.</summary>
internal sealed class DecoderLayer
{
    private readonly IOps _ops;
    private readonly TextConfig _config;
    private readonly int _layer;
    private readonly HeadShape _heads;
    private readonly Weight _attentionGain, _qkv, _qGain, _kGain, _out, _ffnGain, _gateUp, _down;

    public DecoderLayer(IOps ops, WeightLoader load, TextConfig config, int layer)
    {
        (_ops, _config, _layer) = (ops, config, layer);
        _heads = new HeadShape(config.Heads, config.KvHeads, config.HeadSize);
        int hidden = config.HiddenSize;
        string prefix = $"model.layers.{layer}", attention = $"{prefix}.self_attn", mlp = $"{prefix}.mlp";
        _attentionGain = load.Vector(($"{prefix}.input_layernorm.weight", hidden));
        _qkv = load.Matrix(
            hidden,
            ($"{attention}.q_proj.weight", config.QuerySize),
            ($"{attention}.k_proj.weight", config.KvSize),
            ($"{attention}.v_proj.weight", config.KvSize));
        _qGain = load.Vector(($"{attention}.q_norm.weight", config.HeadSize));
        _kGain = load.Vector(($"{attention}.k_norm.weight", config.HeadSize));
        _out = load.Matrix(config.QuerySize, ($"{attention}.o_proj.weight", hidden));
        _ffnGain = load.Vector(($"{prefix}.post_attention_layernorm.weight", hidden));
        _gateUp = load.Matrix(hidden, ($"{mlp}.gate_proj.weight", config.FfnSize), ($"{mlp}.up_proj.weight", config.FfnSize));
        _down = load.Matrix(config.FfnSize, ($"{mlp}.down_proj.weight", hidden));
    }

    /// <summary>In place on x: row i belongs to sequences[i] at positions[i].</summary>
    public void Run(Tensor x, KvCache cache, ReadOnlySpan<int> sequences, ReadOnlySpan<int> positions, DecoderScratch scratch)
    {
        _ops.RmsNorm(x, _attentionGain, _config.RmsNormEpsilon, scratch.Normed);
        _ops.MatMul(scratch.Normed, _qkv, scratch.Qkv);
        _ops.QkNormRope(scratch.Qkv, _heads, _qGain, _kGain, _config.RmsNormEpsilon, (float)_config.RopeTheta, positions);
        _ops.AttendCached(scratch.Qkv, _heads, cache, _layer, sequences, positions, scratch.Attended);
        _ops.MatMul(scratch.Attended, _out, x, residual: x);

        _ops.RmsNorm(x, _ffnGain, _config.RmsNormEpsilon, scratch.Normed);
        _ops.MatMul(scratch.Normed, _gateUp, scratch.GateUp);
        _ops.SiluMul(scratch.GateUp, scratch.Inner);
        _ops.MatMul(scratch.Inner, _down, x, residual: x);
    }
}

/// <summary>Activations that the layers reuse.</summary>
internal sealed class DecoderScratch(IOps ops, TextConfig config) : IDisposable
{
    public Tensor Normed { get; } = ops.NewTensor(0, config.HiddenSize);

    public Tensor Qkv { get; } = ops.NewTensor(0, config.QuerySize + 2 * config.KvSize);

    public Tensor Attended { get; } = ops.NewTensor(0, config.QuerySize);

    public Tensor GateUp { get; } = ops.NewTensor(0, 2 * config.FfnSize);

    public Tensor Inner { get; } = ops.NewTensor(0, config.FfnSize);

    public void Dispose()
    {
        Normed.Dispose();
        Qkv.Dispose();
        Attended.Dispose();
        GateUp.Dispose();
        Inner.Dispose();
    }
}

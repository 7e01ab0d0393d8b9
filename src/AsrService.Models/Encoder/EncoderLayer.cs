using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models.Encoder;

/// <summary>Pre-norm transformer layer: bidirectional attention inside each encoder window, then a GELU network.</summary>
internal sealed class EncoderLayer
{
    /// <summary>The library default that the reference was trained with; it is in no configuration file.</summary>
    public const float NormEpsilon = 1e-5f;

    private readonly IOps _ops;
    private readonly HeadShape _heads;
    private readonly Weight _attentionGain, _attentionBias, _qkv, _qkvBias, _out, _outBias;
    private readonly Weight _ffnGain, _ffnBias, _up, _upBias, _down, _downBias;

    public EncoderLayer(IOps ops, WeightLoader load, AudioConfig config, int layer)
    {
        _ops = ops;
        _heads = new HeadShape(config.Heads, config.Heads, config.HeadSize);
        int width = config.Width, ffn = config.FfnSize;
        string prefix = $"audio_tower.layers.{layer}", attention = $"{prefix}.self_attn";
        _attentionGain = load.Vector(($"{prefix}.self_attn_layer_norm.weight", width));
        _attentionBias = load.Vector(($"{prefix}.self_attn_layer_norm.bias", width));
        _qkv = load.Matrix(
            width, ($"{attention}.q_proj.weight", width), ($"{attention}.k_proj.weight", width), ($"{attention}.v_proj.weight", width));
        _qkvBias = load.Vector(
            ($"{attention}.q_proj.bias", width), ($"{attention}.k_proj.bias", width), ($"{attention}.v_proj.bias", width));
        _out = load.Matrix(width, ($"{attention}.out_proj.weight", width));
        _outBias = load.Vector(($"{attention}.out_proj.bias", width));
        _ffnGain = load.Vector(($"{prefix}.final_layer_norm.weight", width));
        _ffnBias = load.Vector(($"{prefix}.final_layer_norm.bias", width));
        _up = load.Matrix(width, ($"{prefix}.fc1.weight", ffn));
        _upBias = load.Vector(($"{prefix}.fc1.bias", ffn));
        _down = load.Matrix(ffn, ($"{prefix}.fc2.weight", width));
        _downBias = load.Vector(($"{prefix}.fc2.bias", width));
    }

    /// <summary>In place on x; lengths are the audio tokens of each window.</summary>
    public void Run(Tensor x, ReadOnlySpan<int> lengths, EncoderScratch scratch)
    {
        _ops.LayerNorm(x, _attentionGain, _attentionBias, NormEpsilon, scratch.Normed);
        _ops.MatMul(scratch.Normed, _qkv, scratch.Qkv, _qkvBias);
        _ops.AttendWindows(scratch.Qkv, _heads, lengths, scratch.Attended);
        _ops.MatMul(scratch.Attended, _out, x, _outBias, residual: x);

        _ops.LayerNorm(x, _ffnGain, _ffnBias, NormEpsilon, scratch.Normed);
        _ops.MatMul(scratch.Normed, _up, scratch.Inner, _upBias, Activation.Gelu);
        _ops.MatMul(scratch.Inner, _down, x, _downBias, residual: x);
    }
}

/// <summary>Activations that the layers reuse.</summary>
internal sealed class EncoderScratch(IOps ops, AudioConfig config) : IDisposable
{
    public Tensor Normed { get; } = ops.NewTensor(0, config.Width);

    public Tensor Qkv { get; } = ops.NewTensor(0, 3 * config.Width);

    public Tensor Attended { get; } = ops.NewTensor(0, config.Width);

    public Tensor Inner { get; } = ops.NewTensor(0, config.FfnSize);

    public void Dispose()
    {
        Normed.Dispose();
        Qkv.Dispose();
        Attended.Dispose();
        Inner.Dispose();
    }
}

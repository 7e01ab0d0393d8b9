using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models.Encoder;

/// <summary>
/// Three strided convolutions and a projection turn a conv chunk of 100 log-mel frames into 13 audio tokens. Chunks know
/// nothing of each other.
/// </summary>
/// <remarks>
/// Images are [time, mel, channels] here, transposed against the checkpoint's [channels, mel, time], so that the channels
/// are contiguous and a time step's features are one row; kernels and conv_out are rearranged once, at load.
/// </remarks>
internal sealed class ConvStem : IDisposable
{
    private const long GroupBytes = 32 << 20;

    private readonly IOps _ops;
    private readonly AudioConfig _config;
    private readonly Weight[] _kernels = new Weight[3];
    private readonly Weight[] _biases = new Weight[3];
    private readonly Weight _project;
    private readonly Tensor _input;
    private readonly Tensor[] _maps = new Tensor[3];
    private readonly Tensor _tokens;
    private readonly Tensor _positions;
    private readonly float[] _positionTable;

    public ConvStem(IOps ops, WeightLoader load, AudioConfig config)
    {
        (_ops, _config) = (ops, config);
        int channels = config.ConvChannels, mel = config.ConvFeatures / channels;
        for (int i = 0; i < 3; i++)
        {
            int inputs = i == 0 ? 1 : channels;
            string name = $"audio_tower.conv2d{i + 1}";
            _kernels[i] = load.Rearranged($"{name}.weight", new Shape(channels, inputs, 3, 3), at => KernelIndex(at, inputs));
            _biases[i] = load.Vector(($"{name}.bias", channels));
            _maps[i] = ops.NewTensor(0, 1);
        }
        _project = load.Rearranged(
            "audio_tower.conv_out.weight", new Shape(config.Width, config.ConvFeatures), at => at % channels * mel + at / channels);
        _input = ops.NewTensor(0, 1);
        _tokens = ops.NewTensor(0, config.Width);
        _positions = ops.NewTensor(0, config.Width);
        _positionTable = SinusoidalPositions(config.ChunkTokens, config.Width);
    }

    /// <summary>Convolves the chunks of one window and writes its audio tokens into rows from <paramref name="firstRow"/> on.</summary>
    public void Run(EncoderWindow window, int firstRow, Tensor hidden)
    {
        int frames = window.LogMel.Length / _config.MelBins;
        int width = window.PadChunk || frames > _config.ChunkFrames ? _config.ChunkFrames : frames;
        int chunks = (frames + _config.ChunkFrames - 1) / _config.ChunkFrames;
        int group = (int)Math.Max(1, GroupBytes / (4L * width / 2 * _config.MelBins / 2 * _config.ConvChannels));
        for (int first = 0; first < chunks; first += group)
        {
            int count = Math.Min(group, chunks - first);
            WriteImages(window.LogMel.Span, first, count, width);
            int tokensPerChunk = Convolve(count, width);
            for (int i = 0; i < count; i++)
            {
                int valid = (Math.Min(_config.ChunkFrames, frames - (first + i) * _config.ChunkFrames) + 7) / 8;
                _ops.InsertRows(_tokens, i * tokensPerChunk, Consecutive(firstRow, valid), hidden);
                firstRow += valid;
            }
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        _tokens.Dispose();
        _positions.Dispose();
        foreach (var map in _maps) map.Dispose();
    }

    /// <summary>sin(p · invₖ) then cos(p · invₖ), invₖ = 10000^(−k / (width / 2 − 1)); restarts at 0 in every chunk.</summary>
    /// <remarks>Vaswani et al. 2017 (arXiv:1706.03762), section 3.5, in the blocked form of the reference's encoder.</remarks>
    internal static float[] SinusoidalPositions(int positions, int width)
    {
        int half = width / 2;
        var table = new float[positions * width];
        float step = (float)(Math.Log(10000) / (half - 1));
        for (int p = 0; p < positions; p++)
        {
            for (int k = 0; k < half; k++)
            {
                float angle = p * MathF.Exp(-k * step);
                table[p * width + k] = MathF.Sin(angle);
                table[p * width + half + k] = MathF.Cos(angle);
            }
        }
        return table;
    }

    /// <summary>Where [time, mel, channel] of our kernel lies in the checkpoint's [channel, mel, time].</summary>
    private static int KernelIndex(int at, int inputs)
    {
        int channel = at % inputs, mel = at / inputs % 3, time = at / inputs / 3;
        return (channel * 3 + mel) * 3 + time;
    }

    private static int[] Consecutive(int first, int count)
    {
        var rows = new int[count];
        for (int i = 0; i < count; i++) rows[i] = first + i;
        return rows;
    }

    private void WriteImages(ReadOnlySpan<float> logMel, int firstChunk, int count, int width)
    {
        int imageSize = width * _config.MelBins;
        int start = firstChunk * _config.ChunkFrames * _config.MelBins;
        var images = new float[count * imageSize]; // the tail of the last chunk stays zero: padding is 0.0, not silence
        var used = logMel[start..Math.Min(logMel.Length, start + images.Length)];
        used.CopyTo(images);
        _input.Reshape(0, imageSize);
        _ops.Write(images, _input);
    }

    /// <returns>Audio tokens computed per chunk, the padded ones included.</returns>
    private int Convolve(int count, int width)
    {
        int channels = _config.ConvChannels;
        var shape = new ConvShape(width, _config.MelBins, 1, Kernel: 3, Stride: 2, Padding: 1);
        var x = _input;
        for (int i = 0; i < 3; i++)
        {
            _maps[i].Reshape(count, shape.OutPixels * channels);
            _ops.Conv2d(x, shape, _kernels[i], _biases[i], _maps[i], Activation.Gelu);
            x = _maps[i];
            shape = new ConvShape(shape.OutHeight, shape.OutWidth, channels, Kernel: 3, Stride: 2, Padding: 1);
        }
        int tokens = shape.Height;
        x.Reshape(count * tokens, _config.ConvFeatures);
        if (_positions.Rows != tokens) _ops.Write(_positionTable.AsSpan(0, tokens * _config.Width), _positions);
        _ops.MatMul(x, _project, _tokens, residual: _positions);
        return tokens;
    }
}

using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models;

/// <summary>Random weights of a published geometry, made in memory as they are asked for: for measuring time and memory.</summary>
/// <remarks>Uniform with a standard deviation of 0.02, gains 1; the text that comes out is noise.</remarks>
public sealed class RandomWeights : IWeights
{
    private RandomWeights(string name, ModelConfig config) => (Name, Config) = (name, config);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ModelConfig Config { get; }

    /// <summary>The sizes of Qwen3-ASR-0.6B.</summary>
    public static RandomWeights Small { get; } = new(
        "random 0.6b",
        Geometry(new AudioSize(896, 18, 14, 3584, 1024), hidden: 1024, ffn: 3072));

    /// <summary>The sizes of Qwen3-ASR-1.7B.</summary>
    public static RandomWeights Large { get; } = new(
        "random 1.7b",
        Geometry(new AudioSize(1024, 24, 16, 4096, 2048), hidden: 2048, ffn: 6144));

    /// <summary>The sizes of Qwen3-ForcedAligner-0.6B.</summary>
    public static RandomWeights Aligner { get; } = new(
        "random aligner",
        AsAligner(Geometry(new AudioSize(1024, 24, 16, 4096, 1024), hidden: 1024, ffn: 3072)));

    /// <inheritdoc/>
    public bool OutputHeadIsEmbedding() => Config.Text.TiesEmbeddings;

    /// <inheritdoc/>
    public WeightSource Get(string name, Shape expected)
    {
        var bytes = new byte[expected.Count * sizeof(ushort)];
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
        bool isGain = expected.Rank == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
        if (isGain) values.Fill(Bf16.FromSingle(1));
        else Fill(values, name);
        return new WeightSource(name, expected, DType.BF16, bytes);
    }

    private static ModelConfig Geometry(AudioSize audio, int hidden, int ffn) => new()
    {
        Audio = new AudioConfig
        {
            MelBins = 128, ConvChannels = 480, Width = audio.Width, Layers = audio.Layers, Heads = audio.Heads,
            FfnSize = audio.Ffn, OutputSize = audio.Output, HalfChunkFrames = 50, WindowFrames = 800,
        },
        Text = new TextConfig
        {
            VocabularySize = 151936, HiddenSize = hidden, FfnSize = ffn, Layers = 28, Heads = 16, KvHeads = 8, HeadSize = 128,
            RmsNormEpsilon = 1e-6f, RopeTheta = 1_000_000, MaxPositions = 65536, TiesEmbeddings = true,
        },
        AudioTokenId = 151676,
        EosTokenIds = [151643, 151645],
    };

    private static ModelConfig AsAligner(ModelConfig config) => config with
    {
        Text = config.Text with { VocabularySize = 152064, TiesEmbeddings = false },
        Aligner = new AlignerConfig(5000, 151705, TimeSpan.FromMilliseconds(80)),
    };

    /// <summary>Uniform in ±0.02 · √3, by the 32-bit generator of Marsaglia 2003 (xorshift).</summary>
    private static void Fill(Span<ushort> values, string name)
    {
        uint state = 2463534242;
        foreach (char c in name) state = (state ^ c) * 16777619;
        if (state == 0) state = 1;
        for (int i = 0; i < values.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            values[i] = Bf16.FromSingle(((int)state) * (0.02f * 1.7320508f / 2147483648f));
        }
    }

    private sealed record AudioSize(int Width, int Layers, int Heads, int Ffn, int Output);
}

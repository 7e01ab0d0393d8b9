using AsrService.Models.Configuration;

namespace AsrService.TestKit;

/// <summary>
/// The configurations of the three published checkpoints; <see cref="ConfigJson"/> writes their config.json.
/// </summary>
public static class OfficialConfigs
{
    /// <summary>Qwen3-ASR-0.6B.</summary>
    public static ModelConfig Asr06B { get; } = Transcriber(
        Encoder(width: 896, layers: 18, heads: 14, output: 1024), Decoder(hidden: 1024, ffn: 3072));

    /// <summary>Qwen3-ASR-1.7B.</summary>
    public static ModelConfig Asr17B { get; } = Transcriber(
        Encoder(width: 1024, layers: 24, heads: 16, output: 2048), Decoder(hidden: 2048, ffn: 6144));

    /// <summary>Qwen3-ForcedAligner-0.6B.</summary>
    public static ModelConfig Aligner06B { get; } = Transcriber(
        Encoder(width: 1024, layers: 24, heads: 16, output: 1024), Decoder(hidden: 1024, ffn: 3072)) with
    {
        Text = Decoder(hidden: 1024, ffn: 3072) with { VocabularySize = 152064, TiesEmbeddings = false },
        Aligner = new AlignerConfig(5000, 151705, TimeSpan.FromMilliseconds(80)),
    };

    private static ModelConfig Transcriber(AudioConfig audio, TextConfig text) => new()
    {
        Audio = audio,
        Text = text,
        AudioTokenId = 151676,
        AudioStartTokenId = 151669,
        AudioEndTokenId = 151670,
        EosTokenIds = [151643, 151645],
        SupportedLanguages = ["Chinese", "English", "Cantonese"],
    };

    private static AudioConfig Encoder(int width, int layers, int heads, int output) => new()
    {
        MelBins = 128,
        ConvChannels = 480,
        Width = width,
        Layers = layers,
        Heads = heads,
        FfnSize = 4 * width,
        OutputSize = output,
        HalfChunkFrames = 50,
        WindowFrames = 800,
    };

    private static TextConfig Decoder(int hidden, int ffn) => new()
    {
        VocabularySize = 151936,
        HiddenSize = hidden,
        FfnSize = ffn,
        Layers = 28,
        Heads = 16,
        KvHeads = 8,
        HeadSize = 128,
        RmsNormEpsilon = 1e-6f,
        RopeTheta = 1_000_000,
        MaxPositions = 65536,
        TiesEmbeddings = true,
    };
}

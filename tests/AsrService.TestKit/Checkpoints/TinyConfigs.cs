using AsrService.Models.Configuration;

namespace AsrService.TestKit;

/// <summary>
/// Configurations small enough to write and run in milliseconds; the architecture is the published one.
/// </summary>
public static class TinyConfigs
{
    /// <summary>A transcriber with the token ids of <see cref="TinyTokenizer"/>.</summary>
    public static ModelConfig Asr { get; } = new()
    {
        Audio = new AudioConfig
        {
            MelBins = 128,
            ConvChannels = 4,
            Width = 16,
            Layers = 2,
            Heads = 2,
            FfnSize = 32,
            OutputSize = 16,
            HalfChunkFrames = 50,
            WindowFrames = 800,
        },
        Text = new TextConfig
        {
            VocabularySize = 320,
            HiddenSize = 16,
            FfnSize = 32,
            Layers = 2,
            Heads = 4,
            KvHeads = 2,
            HeadSize = 8,
            RmsNormEpsilon = 1e-6f,
            RopeTheta = 1_000_000,
            MaxPositions = 65536,
            TiesEmbeddings = true,
        },
        AudioTokenId = TinyTokenizer.AudioPad,
        AudioStartTokenId = TinyTokenizer.AudioStart,
        AudioEndTokenId = TinyTokenizer.AudioEnd,
        EosTokenIds = [TinyTokenizer.EndOfText, TinyTokenizer.TurnEnd],
        SupportedLanguages = ["Chinese", "English"],
    };

    /// <summary>An aligner of the same size: 50 classes of 80 ms.</summary>
    public static ModelConfig Aligner { get; } = Asr with
    {
        Text = Asr.Text with { TiesEmbeddings = false },
        Aligner = new AlignerConfig(50, TinyTokenizer.Timestamp, TimeSpan.FromMilliseconds(80)),
    };

    /// <summary>
    /// The transcriber of the published test vectors on <see cref="SyntheticWeights"/>; it has no tokenizer.
    /// </summary>
    public static ModelConfig TestVectors { get; } = Asr with
    {
        Text = Asr.Text with { VocabularySize = 64, TiesEmbeddings = false },
        AudioTokenId = 50,
        AudioStartTokenId = null,
        AudioEndTokenId = null,
        EosTokenIds = [],
    };
}

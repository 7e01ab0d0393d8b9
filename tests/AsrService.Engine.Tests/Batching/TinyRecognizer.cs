using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Configuration;
using AsrService.TestKit;

namespace AsrService.Engine.Tests.Batching;

/// <summary>A real model of the smallest size, with weights that are noise: its answers depend on every position.</summary>
internal static class TinyRecognizer
{
    private static ModelConfig Config { get; } = TinyConfigs.Asr with
    {
        Text = TinyConfigs.Asr.Text with { VocabularySize = 308, TiesEmbeddings = false }, // every id has a text
    };

    public static Recognizer New() =>
        new(new ModelRunner(CpuOps.Create(1), new WeightsInMemory(Config, SyntheticWeights.Of)), LoopBench.Tokenizer);
}

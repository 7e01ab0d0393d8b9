using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Checkpoints;

/// <summary>A checkpoint predicts the same whatever the naming of its folder.</summary>
[Trait("Category", "Conformance")]
public sealed class NamingPredictionTests
{
    [Theory, InlineData(CheckpointNaming.EarlyHf), InlineData(CheckpointNaming.Hf)]
    public void Extend_SameWeightsUnderAnotherNaming_SameBits(CheckpointNaming naming)
    {
        using var folder = new TemporaryFolder();
        string original = new CheckpointBuilder(TinyConfigs.Asr) { Weights = new RandomTensors(6).Of }.Write(folder.At("original"));
        string renamed = CheckpointBuilder.ToHf(original, folder.At("renamed"), naming);

        LogitsAssert.SameBits(Logits(original), Logits(renamed), $"{naming}");
    }

    [Fact]
    public void Extend_BundledModelUnderAnotherNaming_SameBits()
    {
        using var folder = new TemporaryFolder();
        string original = Path.Combine(RepositoryPaths.Models, "demo-asr");

        LogitsAssert.SameBits(Logits(original), Logits(CheckpointBuilder.ToHf(original, folder.At("hf"))), "demo-asr");
    }

    private static float[][] Logits(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        using var runner = new ModelRunner(CpuOps.Create(2), checkpoint);
        return new LogitsRecorder(runner).Whole(Utterance.Random(runner.Config, new Random(31), maxFrames: 300));
    }
}

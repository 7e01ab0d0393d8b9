using AsrService.Models.Checkpoints;
using AsrService.Models.Encoder;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Encoder;

public sealed class AudioEncoderTests
{
    [Theory, Trait("Category", "Unit")]
    [InlineData(1, 1), InlineData(8, 1), InlineData(9, 2), InlineData(50, 7), InlineData(99, 13), InlineData(100, 13)]
    [InlineData(101, 14), InlineData(199, 26), InlineData(200, 26), InlineData(250, 33), InlineData(800, 104)]
    [InlineData(801, 105), InlineData(900, 117)]
    public void AudioTokens_Frames_MatchesTheTable(int frames, int tokens) =>
        Assert.Equal(tokens, TinyConfigs.Asr.Audio.AudioTokens(frames));

    [Theory, Trait("Category", "Conformance"), InlineData(1), InlineData(2)]
    public void Encode_WindowAlone_SameBitsAsAmongOthers(int threads)
    {
        using var runner = RandomModels.NewRunner(RandomModels.Uneven, seed: 5, threads: threads);
        AssertWindowsIndependent(runner, seed: 21, windows: 11); // more than are computed at once
    }

    [Fact, Trait("Category", "Conformance")]
    public void Encode_WindowOfTheBundledModelAlone_SameBitsAsAmongOthers()
    {
        using var checkpoint = Checkpoint.Open(Path.Combine(RepositoryPaths.Models, "demo-asr"));
        using var runner = new ModelRunner(Kernels.CpuOps.Create(2), checkpoint);

        AssertWindowsIndependent(runner, seed: 22, windows: 4);
    }

    [Fact, Trait("Category", "Conformance")]
    public void Encode_ConvChunkAlone_DependsOnlyOnItsWindowByAttention()
    {
        // Padding the last chunk of a window is zeros whatever buffers held before: a long window first, then a short one.
        using var fresh = RandomModels.NewRunner(TinyConfigs.Asr, seed: 5);
        using var used = RandomModels.NewRunner(TinyConfigs.Asr, seed: 5);
        var random = new Random(23);
        var shortWindow = Utterance.WindowsOf(TinyConfigs.Asr, random, 37);
        var longWindow = Utterance.WindowsOf(TinyConfigs.Asr, random, 800);

        var expected = fresh.Read(fresh.Encode(shortWindow)[0]);
        used.Encode(longWindow)[0].Dispose();
        var found = used.Read(used.Encode(shortWindow)[0]);

        TensorAssert.SameBits(expected, found);
    }

    private static void AssertWindowsIndependent(ModelRunner runner, int seed, int windows)
    {
        var random = new Random(seed);
        EncoderWindow[] all =
        [
            .. Enumerable.Range(0, windows).Select(i => Utterance.WindowsOf(runner.Config, random, random.Next(1, 801))[0] with
            {
                PadChunk = i % 3 != 0,
            }),
        ];

        float[][] together = [.. runner.Encode(all).Select(runner.Read)];

        for (int i = 0; i < all.Length; i++)
            TensorAssert.SameBits(runner.Read(runner.Encode([all[i]])[0]), together[i], $"seed {seed}, window {i}");
    }
}

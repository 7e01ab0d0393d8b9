using AsrService.Kernels;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests;

/// <summary>The fast backend decides as the readable one, on whole models of random numbers.</summary>
[Trait("Category", "Conformance")]
public sealed class ReferenceTests
{
    /// <summary>Lead of the best logit over the second from which on the decision must be the same.</summary>
    private const float ClearMargin = 1e-2f;

    [Theory]
    [InlineData(1, false, DType.F32), InlineData(2, false, DType.BF16), InlineData(3, false, DType.F32)]
    [InlineData(1, true, DType.F32), InlineData(2, true, DType.BF16), InlineData(3, true, DType.BF16)]
    public void Extend_RandomModel_DecidesAsTheReference(int seed, bool isUneven, DType weights)
    {
        var config = isUneven ? RandomModels.Uneven : TinyConfigs.Asr;
        var options = new ModelOptions { Weights = weights, Kv = DType.F32 };
        var utterance = Utterance.Random(config, new Random(seed), maxFrames: 150);
        using var reference = RandomModels.NewRunner(config, seed, options, isReference: true);
        using var simd = RandomModels.NewRunner(config, seed, options);

        var logits = new LogitsRecorder(reference).Whole(utterance, out var expected);
        new LogitsRecorder(simd).Whole(utterance, out var found);

        int compared = 0;
        for (int position = 0; position < logits.Length; position++)
        {
            if (Margin(logits[position]) < ClearMargin) continue;
            compared++;
            Assert.Equal((position, expected[position].Id), (position, found[position].Id));
            Assert.Equal(expected[position].LogProbability, found[position].LogProbability, 5e-3f);
        }
        Assert.True(compared > logits.Length / 2, $"seed {seed}: only {compared} of {logits.Length} positions are clear");
    }

    private static float Margin(float[] logits)
    {
        float[] best = [.. logits.OrderDescending().Take(2)];
        return best[0] - best[1];
    }
}

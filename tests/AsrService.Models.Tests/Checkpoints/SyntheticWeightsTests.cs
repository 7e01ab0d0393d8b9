using AsrService.Kernels;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Checkpoints;

[Trait("Category", "Conformance")]
public class SyntheticWeightsTests
{
    [Fact]
    public void Of_PublishedProbes_AreReproduced()
    {
        Expect([-0.3725255f, 0.1572012f, -0.2827498f, -0.2322168f], "audio_tower.conv2d1.weight", new Shape(4, 1, 3, 3));
        Expect([1.0588717f, 1.1351159f], "audio_tower.ln_post.weight", new Shape(16));
        Expect([-0.3316062f, 0.3434873f], "model.embed_tokens.weight", new Shape(64, 16));
    }

    private static void Expect(float[] expected, string name, Shape shape)
    {
        var values = SyntheticWeights.Of(name, shape);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], values[i], 1e-7f);
    }
}

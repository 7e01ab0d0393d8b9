using AsrService.Models.Encoder;
using Xunit;

namespace AsrService.Models.Tests.Encoder;

[Trait("Category", "Conformance")]
public sealed class ConvStemTests
{
    [Theory]
    [InlineData(896, 1, 0, 0.8414710f), InlineData(896, 1, 1, 0.8302779f), InlineData(896, 1, 2, 0.8189782f)]
    [InlineData(896, 12, 1, -0.7250439f), InlineData(896, 12, 447, 0.0012f), InlineData(896, 12, 448, 0.8438540f)]
    [InlineData(1024, 1, 0, 0.8414710f), InlineData(1024, 1, 1, 0.8316860f), InlineData(1024, 1, 2, 0.8218175f)]
    [InlineData(1024, 12, 1, -0.7037931f)]
    public void SinusoidalPositions_PublishedValue_Matches(int width, int position, int index, float expected) =>
        Assert.Equal(expected, ConvStem.SinusoidalPositions(13, width)[position * width + index], 1e-6f);
}

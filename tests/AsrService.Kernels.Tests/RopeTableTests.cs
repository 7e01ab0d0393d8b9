using Xunit;

namespace AsrService.Kernels.Tests;

[Trait("Category", "Conformance")]
public sealed class RopeTableTests
{
    [Theory]
    [InlineData(0, 1f), InlineData(1, 0.8058422f), InlineData(2, 0.6493816f), InlineData(31, 0.001240938f), InlineData(32, 0.001f)]
    [InlineData(62, 1.539927e-06f), InlineData(63, 1.240938e-06f)]
    public void Frequencies_PublishedValue_Matches(int index, float expected) =>
        Assert.Equal(expected, RopeTable.Frequencies(128, 1_000_000)[index], expected * 5e-7f);

    [Fact]
    public void Upto_GrownInSteps_SameAsAtOnce()
    {
        RopeTable grown = new(64, 1_000_000), whole = new(64, 1_000_000);
        float[] first = grown.Upto(10);

        Assert.Equal(whole.Upto(5000)[..(5000 * 64)], grown.Upto(5000)[..(5000 * 64)]);
        Assert.Equal(first[..640], grown.Upto(1)[..640]);
    }
}

using AsrService.Engine.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

internal static class SegmentAssert
{
    /// <summary>Equal but for the time they took, probabilities bit for bit.</summary>
    public static void Same(SegmentResult expected, SegmentResult actual)
    {
        Assert.Equal(expected.PromptIds, actual.PromptIds);
        Assert.Equal(expected.TokenIds, actual.TokenIds);
        Assert.Equal((expected.Language, expected.Text, expected.Remarks), (actual.Language, actual.Text, actual.Remarks));
        float[] one = [.. expected.TokenProbabilities], other = [.. actual.TokenProbabilities];
        TensorAssert.SameBits(one, other, $"probabilities of \"{expected.Text}\"");
    }
}

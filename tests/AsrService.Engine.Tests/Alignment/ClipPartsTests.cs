using AsrService.Engine.Alignment;
using AsrService.Engine.Hypotheses;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

[Trait("Category", "Unit")]
public sealed class ClipPartsTests
{
    private const int Second = 16_000;

    [Fact]
    public void Cut_ClipThatFits_IsOnePart() =>
        Assert.Equal([new ClipPart(0, 30, 0, 30 * Second)], ClipParts.Cut(Timeline(30), 30 * Second, 32 * Second));

    [Fact]
    public void Cut_LongClip_IsCutAtAPauseNearTheMiddle()
    {
        var parts = ClipParts.Cut(Timeline(35, pauses: [3, 14, 32]), 35 * Second, 32 * Second);

        Assert.Equal([new ClipPart(0, 14, 0, 14 * Second - 1600), new ClipPart(14, 35, 14 * Second - 1600, 35 * Second)], parts);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(500)]
    public void Cut_VeryLongClip_CoversAllWordsAndSamplesOnce(int words)
    {
        int samples = 700 * Second;

        var parts = ClipParts.Cut(Timeline(words), samples, 32 * Second);

        Assert.All(parts, part => Assert.InRange(part.End - part.Start, 1, 32 * Second));
        Assert.Equal((0, 0, words, samples), (parts[0].FirstWord, parts[0].Start, parts[^1].EndWord, parts[^1].End));
        Assert.All(parts.Zip(parts.Skip(1)), pair =>
            Assert.Equal((pair.First.EndWord, pair.First.End), (pair.Second.FirstWord, pair.Second.Start)));
    }

    /// <summary>A word of 0.8 s a second.</summary>
    private static WordTimeline Timeline(int words, params int[] pauses) => new(
        [.. Enumerable.Range(0, words).Select(i => new WordTime(TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(i + 0.8)))],
        [.. Enumerable.Range(0, words).Select(i => pauses.Contains(i))]);
}

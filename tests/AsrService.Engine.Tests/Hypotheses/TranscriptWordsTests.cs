using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Unit")]
public class TranscriptWordsTests
{
    [Fact]
    public void Build_TwoWords_PutsAllTogether()
    {
        WordTime[] times = [new(Ms(100), Ms(300)), new(Ms(300), Ms(450))];

        var words = TranscriptWords.Build(TextWords.Split("Hi, 你"), times, [0.5f], stableCount: 1, Ms(2_000));

        Assert.Equal(
            [
                new TranscriptWord("Hi,", Ms(2_100), Ms(2_300), 0.5f, IsStable: true),
                new TranscriptWord("你", Ms(2_300), Ms(2_450), null, IsStable: false),
            ],
            words);
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}

using System.Globalization;
using AsrService.Engine.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

[Trait("Category", "Unit")]
public sealed class ContextFitTests
{
    private static readonly PromptFormat Format = new(TinyBpe.Load(), TinyConfigs.Asr); // about a token a byte

    [Theory]
    [InlineData(100, "Redis, Kafka\nA talk about queues.", false)]
    [InlineData(27, "Redis, Kafka\nA talk about", true)] // right behind a word
    [InlineData(20, "Redis, Kafka\nA talk", true)]
    [InlineData(13, "Redis, Kafka", true)]
    [InlineData(11, "Redis", true)]
    [InlineData(4, "", true)]
    [InlineData(0, "", true)]
    public void Fit_TermsAndText_CutsTheTextFirst(int tokens, string expected, bool isTruncated) =>
        Assert.Equal((expected, isTruncated), new ContextFit(Format, tokens).Fit(["Redis", "Kafka"], "A talk about queues."));

    [Theory]
    [InlineData("我们用Redis做缓存", 11, "我们用")]
    [InlineData("我们用Redis做缓存", 15, "我们用Redis")]
    [InlineData("Hi 我们用缓存", 13, "Hi 我们用")] // the early space is not where it ends
    [InlineData("ab😀😀", 9, "ab😀")]
    [InlineData("e\u0301e\u0301e\u0301", 3, "e\u0301")]
    [InlineData("สวัสดีครับ", 12, "สวัส")] // a script without spaces that is cut between what readers see as characters
    public void Fit_LongText_EndsAtABorder(string text, int tokens, string expected) =>
        Assert.Equal((expected, true), new ContextFit(Format, tokens).Fit([], text));

    [Fact]
    public void Fit_AnyLength_IsTheLongestThatFitsAndNeverInsideACharacter()
    {
        const string Text = "One two, 我们用Redis做缓存 e\u0301te\u0301 😀 and the rest of it";
        var borders = new HashSet<int>([.. StringInfo.ParseCombiningCharacters(Text), Text.Length]);
        int before = 0;
        for (int tokens = 0; tokens <= 80; tokens++)
        {
            var (context, isTruncated) = new ContextFit(Format, tokens).Fit([], Text);

            Assert.StartsWith(context, Text, StringComparison.Ordinal);
            Assert.Contains(context.Length, borders);
            Assert.True(Format.ContextTokens(context) <= tokens);
            Assert.Equal(context.Length < Text.Length, isTruncated);
            Assert.True(context.Length >= before, "more room never gives less");
            before = context.Length;
        }
        Assert.Equal(Text.Length, before);
    }
}

using AsrService.Engine.Evaluation;
using Xunit;

namespace AsrService.Engine.Tests.Evaluation;

[Trait("Category", "Unit")]
public sealed class ErrorRateTests
{
    [Theory]
    [InlineData("", "", 0, 0, 0, 0)]
    [InlineData("", "one two", 0, 0, 2, 0)]
    [InlineData("one two", "", 0, 2, 0, 2)]
    [InlineData("one two three", "one two three", 0, 0, 0, 3)]
    [InlineData("one two three", "one too three", 1, 0, 0, 3)]
    [InlineData("one two three", "one three", 0, 1, 0, 3)]
    [InlineData("one three", "one two three", 0, 0, 1, 2)]
    [InlineData("a b c d", "b c d e", 0, 1, 1, 4)]
    [InlineData("Hello, World!", "hello world", 0, 0, 0, 2)]
    [InlineData("It's 3.14 o'clock.", "it's 314 o'clock", 0, 0, 0, 3)]
    [InlineData("don't", "dont", 1, 0, 0, 1)]
    [InlineData("don\u2019t", "don't", 0, 0, 0, 1)] // the typographic apostrophe is the same contraction
    [InlineData("'quoted' words'", "quoted words", 0, 0, 0, 2)]
    [InlineData("well-known", "wellknown", 0, 0, 0, 1)]
    [InlineData("-- ... --", "", 0, 0, 0, 0)]
    [InlineData("你好，世界。", "你好世界", 0, 0, 0, 4)]
    [InlineData("你好世界", "你好四界", 1, 0, 0, 4)]
    [InlineData("二〇二四年", "二零二四年", 1, 0, 0, 5)] // 〇 is a number to Unicode, not a letter
    [InlineData("我们用 Redis 做缓存", "我们用redis做缓存。", 0, 0, 0, 7)]
    [InlineData("我们用 Redis 做缓存", "我们用 Kafka 缓存", 1, 1, 0, 7)]
    [InlineData("カタカナ ひらがな", "カタカナひらがな", 0, 0, 0, 8)]
    [InlineData("한국어 문장", "한국어 문장", 0, 0, 0, 2)]
    [InlineData("caf\u00E9", "cafe\u0301", 0, 0, 0, 1)] // composed or not
    [InlineData("हिन्दी भाषा", "हिन्दी भाषा", 0, 0, 0, 2)]
    [InlineData("\U00020000字", "\U00020000宇", 1, 0, 0, 2)]
    [InlineData("½ cup", "cup", 0, 1, 0, 2)]
    public void OfWords_Pair_CountsItsErrors(string said, string heard, int substitutions, int deletions, int insertions, int units) =>
        Assert.Equal(new ErrorRate(substitutions, deletions, insertions, units), ErrorRate.OfWords(said, heard));

    [Theory]
    [InlineData("one two", "onetwo", 0, 6)]
    [InlineData("abc", "abd", 1, 3)]
    [InlineData("你好 Redis", "你好redis", 0, 7)]
    [InlineData("", "ab", 2, 0)]
    public void OfCharacters_Pair_CountsItsErrors(string said, string heard, int errors, int units)
    {
        var rate = ErrorRate.OfCharacters(said, heard);

        Assert.Equal((errors, units), (rate.Errors, rate.Units));
    }

    [Fact]
    public void Value_Rates_AreErrorsByUnits()
    {
        Assert.Equal(0.5, ErrorRate.OfWords("a b", "a c").Value);
        Assert.Equal(0, ErrorRate.OfWords("", "").Value);
        Assert.Equal(2, ErrorRate.OfWords("", "x y").Value);
        Assert.Equal(3, ErrorRate.OfWords("a", "x y z").Value);
    }

    [Fact]
    public void OfWords_RandomTexts_NeedsNoMoreThanAnyAlignment()
    {
        var random = new Random(6);
        for (int round = 0; round < 200; round++)
        {
            string[] said = [.. Enumerable.Range(0, random.Next(12)).Select(_ => $"w{random.Next(4)}")];
            string[] heard = [.. Enumerable.Range(0, random.Next(12)).Select(_ => $"w{random.Next(4)}")];

            var rate = ErrorRate.OfWords(string.Join(' ', said), string.Join(' ', heard));

            Assert.Equal(Distance(said, heard), rate.Errors);
            Assert.Equal(said.Length - rate.Deletions, heard.Length - rate.Insertions);
        }
    }

    private static int Distance(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }
        }
        return table[a.Length, b.Length];
    }
}

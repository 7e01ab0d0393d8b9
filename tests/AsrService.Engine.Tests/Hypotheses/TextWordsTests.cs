using System.Globalization;
using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Unit")]
public class TextWordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("Hello, world.", "Hello,|world.")]
    [InlineData("  don't  stop \n", "don't|stop")]
    [InlineData("用Redis做", "用|Redis|做")]
    [InlineData("我们用 Redis，做缓存。", "我|们|用|Redis，|做|缓|存。")]
    [InlineData("他说：“好的。”然后走了", "他|说：|“好|的。”|然|后|走|了")]
    [InlineData("用（Redis）做", "用|（Redis）|做")]
    [InlineData("Redis（缓存）", "Redis|（缓|存）")]
    [InlineData("function(x) 和f(x)", "function(x)|和|f(x)")]
    [InlineData("Redis，Kafka、“MySQL”", "Redis，|Kafka、|“MySQL”")]
    [InlineData("10：30到1，000", "10：30|到|1，000")]
    [InlineData("3.14和1,000", "3.14|和|1,000")]
    [InlineData("百分之50", "百|分|之|50")]
    [InlineData("。好", "。好")]
    [InlineData("— yes", "—|yes")]
    [InlineData("カー が\u3099", "カ|ー|が\u3099")]
    [InlineData("สวัสดี", "ส|วั|ส|ดี")]
    [InlineData("한국어 말", "한국어|말")]
    [InlineData("用👨‍👩‍👧做 👍🏽", "用|👨‍👩‍👧|做|👍🏽")]
    [InlineData("𠀀𠀁e\u0301", "𠀀|𠀁|e\u0301")]
    public void Split_Text_GivesWords(string text, string expected)
    {
        var words = TextWords.Split(text);

        Assert.Equal(expected, string.Join('|', words.All.Select((_, i) => words.Word(i).ToString())));
    }

    [Theory]
    [InlineData("Hello,", "hello", true)]
    [InlineData("“好。", "好", true)]
    [InlineData("Hello", "Help", false)]
    [InlineData("—", "…", false)]
    public void IsSimilar_TwoWords_IgnoresCaseAndPunctuation(string first, string second, bool expected) =>
        Assert.Equal(expected, TextWords.Split(first).IsSimilar(0, TextWords.Split(second), 0));

    [Fact]
    public void Split_RandomTexts_LeavesOnlySpacesBetweenWords()
    {
        var random = new Random(1);
        for (int round = 0; round < 3_000; round++)
        {
            var words = TextWords.Split(RandomText.Make(random, random.Next(30)));

            int end = 0;
            foreach (var word in words.All)
            {
                Assert.True(word.Start >= end && word.Length > 0);
                Assert.All(words.Text[end..word.Start], c => Assert.True(PythonText.IsSpace(c)));
                Assert.DoesNotContain(words.Text[word.Start..word.End], PythonText.IsSpace);
                end = word.End;
            }
            Assert.All(words.Text[end..], c => Assert.True(PythonText.IsSpace(c)));
        }
    }

    [Fact]
    public void Split_RandomTexts_NeverSplitsACharacter()
    {
        var random = new Random(2);
        for (int round = 0; round < 3_000; round++)
        {
            var words = TextWords.Split(RandomText.Make(random, random.Next(30)));

            var inside = InsideCharacters(words.Text);
            Assert.All(words.All, word => Assert.False(inside.Contains(word.Start) || inside.Contains(word.End)));
        }
    }

    [Fact]
    public void Trim_SpacesAround_GivesTheSameWords()
    {
        var words = TextWords.Split("  a b  ").Trim();

        Assert.Equal("a b", words.Text);
        Assert.Equal("b", words.Word(1).ToString());
        Assert.Same(words, words.Trim());
    }

    /// <summary>A mark behind white space has no character to belong to; elsewhere characters are the clusters.</summary>
    private static HashSet<int> InsideCharacters(string text)
    {
        var inside = new HashSet<int>();
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = StringInfo.GetNextTextElementLength(text, i);
            if (PythonText.IsSpace(text[i])) continue;
            for (int k = 1; k < length; k++) inside.Add(i + k);
        }
        return inside;
    }
}

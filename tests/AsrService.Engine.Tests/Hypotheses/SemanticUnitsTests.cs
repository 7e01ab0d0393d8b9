using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Unit")]
public class SemanticUnitsTests
{
    /// <summary>
    /// The table of docs/stable-text.md. A bar is a border; <c>~</c> in the input is a pause of 200 ms or more.
    /// </summary>
    [Theory]
    [InlineData("zh", "我们用|Redis做缓存")]
    [InlineData("zh", "我们用 |Redis 做缓存。|很快")]
    [InlineData("en", "We used Redis |because it is fast")]
    [InlineData("en", "because it is fast")]
    [InlineData("en", "We tried it |and then we stopped")]
    [InlineData("en", "Pi is 3.14, |not 1,000 at 10:30 today. |Right?")]
    [InlineData("en", "Use a cache, |e.g. Redis, |in the U.S. market")]
    [InlineData("en", "Ask Dr. Miller. |He knows")]
    [InlineData("en", "one two three four five six seven eight |nine ten")]
    [InlineData("zh", "系统每秒处理五百个用户请|求的时候")]
    [InlineData("zh", "我没去，|因为下雨了，|所以在家")]
    [InlineData("zh", "因为下雨了")]
    [InlineData("zh", "他来了|但是Redis没有启动")]
    [InlineData("zh", "我有3个服务")]
    [InlineData("zh", "他说：|“好的。”|然后走了")]
    [InlineData("en", "we went home ~|early today")]
    [InlineData("zh", "我觉得~|可以")]
    [InlineData("zh", "用 |Kafka 和 |Docker 写服务！|好")]
    [InlineData("de", "Wir bleiben hier, |weil es regnet |und kalt ist")]
    [InlineData("ja", "雨です。|だから行きません")]
    [InlineData("ko", "비가 와요 |그래서 집에 있어요")]
    [InlineData("ru", "Мы остались дома |потому что шёл дождь")]
    [InlineData("", "We used Redis because it is fast")]
    public void FindEnds_Table_CutsIntoUnits(string language, string table)
    {
        var (words, pauses) = Parse(table.Replace("|", ""));
        LanguageCatalog.TryResolve(language, out var spoken);

        var ends = SemanticUnits.FindEnds(words, spoken, pauses);

        Assert.Equal(table.Replace("~", ""), Render(words, ends));
    }

    [Theory]
    [InlineData("so ~what")]    // a pause behind a lone clause word makes no unit of it
    [InlineData("And, then")]   // nor does punctuation
    public void FindEnds_OnlyClauseWordsSoFar_MakesNoUnit(string text)
    {
        var (words, pauses) = Parse(text);
        LanguageCatalog.TryResolve("en", out var english);

        Assert.Equal([words.Count], SemanticUnits.FindEnds(words, english, pauses));
    }

    [Fact]
    public void FindEnds_NoWords_GivesNoUnits() => Assert.Empty(SemanticUnits.FindEnds(TextWords.Empty, null, []));

    [Fact]
    public void FindEnds_RandomTexts_GrowsToAllWords()
    {
        var random = new Random(3);
        for (int round = 0; round < 2_000; round++)
        {
            var words = TextWords.Split(RandomText.Make(random, random.Next(60)));
            var language = LanguageCatalog.All[random.Next(LanguageCatalog.All.Count)];
            bool[] pauses = [.. Enumerable.Range(0, random.Next(words.Count + 1)).Select(_ => random.Next(4) == 0)];

            var ends = SemanticUnits.FindEnds(words, language, pauses);

            int before = 0;
            Assert.All(ends, end => Assert.InRange(end, before + 1, (before = end) + 1));
            Assert.Equal(words.Count, before);
        }
    }

    private static (TextWords Words, bool[] Pauses) Parse(string marked)
    {
        var words = TextWords.Split(marked.Replace("~", ""));
        var pauses = new bool[words.Count];
        int mark = marked.IndexOf('~');
        for (int i = 0; i < words.Count && mark >= 0; i++) pauses[i] = words[i].Start == mark;
        return (words, pauses);
    }

    private static string Render(TextWords words, IEnumerable<int> ends) =>
        ends.SkipLast(1).Reverse().Aggregate(words.Text, (text, end) => text.Insert(words[end].Start, "|"));
}

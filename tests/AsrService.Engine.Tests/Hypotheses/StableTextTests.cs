using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Unit")]
public class StableTextTests
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(8, 8)]
    public void Accept_SameHypothesis_IsStableAtTheRefreshThatAgrees(int agreement, int refresh)
    {
        var text = new StableText(agreement, Never);

        for (int i = 1; i <= 10; i++)
            Assert.Equal(i >= refresh ? "We used Redis," : "", Show(text, "We used Redis, because it").Stable);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Constructor_AgreementOutOfRange_Throws(int agreement) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StableText(agreement, Never));

    [Fact]
    public void Accept_OneUnit_NeverIsStable()
    {
        var text = new StableText(1, Never);

        var shown = Show(text, "We used Redis.");

        Assert.Equal(("", "We used Redis."), (shown.Stable, shown.Tentative));
    }

    [Fact]
    public void Accept_ChineseThenLatin_AdvancesUnitByUnit()
    {
        var text = new StableText(2, Never);

        string[] seen = [.. ((string[])["我们用", "我们用Redis", "我们用Redis做缓", "我们用Redis做缓存，很", "我们用Redis做缓存，很快"])
            .Select(heard => Render(Show(text, heard, "zh")))];

        Assert.Equal(["^我们用", "我们用^Redis", "我们用^Redis做缓", "我们用^Redis做缓存，很", "我们用Redis做缓存，^很快"], seen);
    }

    [Fact]
    public void Accept_ContradictedWord_KeepsStableTextAndGoesOnBehindIt()
    {
        var text = new StableText(1, Never);
        Show(text, "We used Redis, because");

        var shown = Show(text, "We use Redis, because it is fast, and");

        Assert.Equal("We used Redis, because it is fast,^ and", Render(shown));
        Assert.Equal(7, shown.StableCount);
    }

    [Fact]
    public void Accept_InsertedWord_DoesNotAdvance()
    {
        var text = new StableText(1, Never);
        Show(text, "We used Redis, because");

        var shown = Show(text, "Well we used Redis, because it is fast, and");

        Assert.Equal("We used Redis,^ Redis, because it is fast, and", Render(shown));
    }

    [Fact]
    public void Accept_OtherPunctuationAndCase_GoesOn()
    {
        var text = new StableText(2, Never);
        Show(text, "We used redis. It");
        Show(text, "We used redis. It is");

        Assert.Equal("We used redis.^ it is fast", Render(Show(text, "we used Redis, it is fast")));
        Assert.Equal("We used redis. it is fast,^ so", Render(Show(text, "we used Redis, it is fast, so", again: true)));
    }

    [Fact]
    public void Accept_Empty_KeepsStableTextOnly()
    {
        var text = new StableText(1, Never);
        Show(text, "We used Redis, because it");

        var shown = Show(text, "");

        Assert.Equal("We used Redis,^", Render(shown));
        Assert.Equal(2, shown.RewrittenCount);
    }

    [Theory]
    [InlineData("我 好的。", "We^ 好的。")]
    [InlineData("我Redis", "We^ Redis")]
    [InlineData("我们", "We^们")]
    public void Accept_OtherScript_NeverJoinsWords(string heard, string expected)
    {
        var text = new StableText(1, Never);
        Assert.Equal("We^ because", Render(Show(text, "We because")));

        Assert.Equal(expected, Render(Show(text, heard, "zh")));
    }

    [Fact]
    public void Accept_BehindTheLimit_OnlyWordsHeardBeforeItBecomeStable()
    {
        var text = new StableText(1, TimeSpan.FromSeconds(10));
        Show(text, "one two, three four", heard: 10);

        Assert.Equal("one two,^ three four, five, six", Render(Show(text, "one two, three four, five, six", heard: 10.5)));
        Assert.Equal("one two,^ three four", Render(Show(text, "one two, three four", heard: 11)));
        Assert.Equal("one two, three^ because four, five", Render(Show(text, "one two, three because four, five", heard: 12)));
    }

    [Fact]
    public void Accept_NothingHeardBeforeTheLimit_NeverIsStable()
    {
        var text = new StableText(1, TimeSpan.FromSeconds(10));

        Assert.Equal("", Show(text, "one two, three", heard: 10.5).Stable);
        Assert.Equal("", Show(text, "one two, three", heard: 11).Stable);
    }

    [Fact]
    public void Accept_RewrittenWords_AreCounted()
    {
        var text = new StableText(2, Never);

        Assert.Equal(0, Show(text, "We use Redis").RewrittenCount);
        Assert.Equal(1, Show(text, "We used Redis now").RewrittenCount);
        Assert.Equal(2, Show(text, "We used").RewrittenCount);
    }

    [Theory]
    [InlineData("We used Redis, because it is fast.", false, 0)]
    [InlineData("We used Redis,", false, 0)]
    [InlineData("We use Redis, because", true, 1)]
    [InlineData("Well We used Redis, now", true, 0)]
    [InlineData("We used", true, 1)]
    [InlineData("", true, 3)]
    public void CompareFinal_AfterStableText_SaysWhatItContradicts(string final, bool replaces, int contradicted)
    {
        var text = new StableText(1, Never);
        Assert.Equal(3, Show(text, "We used Redis, because").StableCount);

        Assert.Equal(new FinalComparison(replaces, contradicted), text.CompareFinal(final));
    }

    [Fact]
    public void CompareFinal_NothingStable_ReplacesNothing() =>
        Assert.Equal(default, new StableText(2, Never).CompareFinal("anything"));

    private static PartialText Show(
        StableText text, string heard, string language = "en", double heardSeconds = 1, bool again = false)
    {
        LanguageCatalog.TryResolve(language, out var spoken);
        var hypothesis = new Hypothesis(TextWords.Split(heard), spoken, TimeSpan.FromSeconds(heardSeconds), []);
        if (again) text.Accept(hypothesis);
        return text.Accept(hypothesis);
    }

    private static PartialText Show(StableText text, string words, double heard) => Show(text, words, "en", heard);

    private static string Render(PartialText shown) => $"{shown.Stable}^{shown.Tentative}";
}

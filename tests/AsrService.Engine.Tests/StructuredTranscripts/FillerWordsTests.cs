using AsrService.Engine.Hypotheses;
using AsrService.Engine.StructuredTranscripts;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.StructuredTranscripts;

[Trait("Category", "Unit")]
public sealed class FillerWordsTests
{
    [Theory] // fillers in brackets; a pause of 200 ms is a tilde
    [InlineData("en", "[Um,] we [uh] used Redis.")]
    [InlineData("en", "I like Redis, it is like that")]
    [InlineData("en", "It was, [you] [know,] never shipped")]
    [InlineData("en", "it was~ [like~] ten")]
    [InlineData("en", "do you know Redis")]
    [InlineData("zh", "[嗯，] 大 概 是")]
    [InlineData("zh", "[那] [个，] 我 用 那 个 项 目")]
    [InlineData("zh", "[那] [个] [那] [个~] 我")]
    [InlineData("zh", "好 [哈。] 哈 尔 滨")]
    [InlineData("zh", "我 用 [um~] Redis")]
    [InlineData("de", "um zehn Uhr, [äh] ja")]
    [InlineData("ja", "[え] [ー] [と、] 東 京")]
    [InlineData("fr", "[Euh,] oui")]
    public void Find_Text_FlagsHesitations(string code, string marked)
    {
        Assert.True(LanguageCatalog.TryResolve(code, out var language));
        var words = new List<TranscriptWord>();
        var time = TimeSpan.Zero;
        foreach (string word in marked.Split(' '))
        {
            var end = time + TimeSpan.FromMilliseconds(100);
            words.Add(new TranscriptWord(word.Trim('[', ']').Replace("]", "", StringComparison.Ordinal).Trim('~'), time, end, null, true));
            time = end + TimeSpan.FromMilliseconds(word.Contains('~', StringComparison.Ordinal) ? 200 : 0);
        }

        var found = FillerWords.Of(language).Find(words);

        Assert.Equal(marked.Split(' ').Select(word => word[0] == '['), found);
    }

    [Fact]
    public void Find_DisplayedWords_AreThoseOfTheText() => // the examples above are cut as TextWords does
        Assert.Equal(["那", "个，", "我"], Enumerable.Range(0, 3).Select(i => TextWords.Split("那个，我").Word(i).ToString()));
}

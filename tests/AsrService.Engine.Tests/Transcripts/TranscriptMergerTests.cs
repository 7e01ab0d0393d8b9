using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Transcripts;

[Trait("Category", "Conformance")]
public sealed class TranscriptMergerTests
{
    [Theory]
    [InlineData("Hello.|World", "Hello. World")]
    [InlineData("Hello. |World", "Hello. World")]
    [InlineData("你好|世界", "你好世界")]
    [InlineData("你好。|Hello", "你好。Hello")]
    [InlineData("Hello|你好", "Hello你好")]
    [InlineData("カタ|ひら", "カタひら")]
    [InlineData("안녕|하세요", "안녕 하세요")] // Korean is written with spaces
    [InlineData("a||b|", "a b")]
    [InlineData("𠀀|𠀁a|b", "𠀀𠀁a b")]
    [InlineData("", "")]
    public void MergeTexts_WithSpaces_PartsWordsAtSeams(string texts, string merged) =>
        Assert.Equal(merged, new TranscriptMerger().MergeTexts(texts.Split('|')));

    [Fact]
    public void MergeTexts_AsTheReference_InsertsNothing() =>
        Assert.Equal("Hello.World", new TranscriptMerger(insertSpaces: false).MergeTexts(["Hello.", "", "World"]));

    [Fact]
    public void MergeLanguages_Vector_DropsEmptyAndConsecutiveDuplicates() => // testvectors.md, section 7
        Assert.Equal(
            "Chinese,English,Chinese",
            TranscriptMerger.MergeLanguages(["Chinese", "", "English", "English", "Chinese"]));

    [Theory]
    [InlineData("|", null, "")]
    [InlineData("English||English", null, "English")] // empty ones go first
    [InlineData("English|Chinese", "French", "French")]
    public void MergeLanguages_Corner_FollowsTheRule(string languages, string? forced, string merged) =>
        Assert.Equal(merged, TranscriptMerger.MergeLanguages(languages.Split('|'), forced));
}

using AsrService.Engine.Alignment;
using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

[Trait("Category", "Unit")]
public sealed class AlignedWordsTests
{
    [Theory]
    [InlineData("Hello, “well-known” world!", "en", "Hello,:0-100 “well-known”:200-300 world!:400-500")]
    [InlineData("我用 iPhone 打。", "zh", "我:0-100 用:200-300 iPhone:400-500 打。:600-700")]
    [InlineData("It's 3.14 — yes 🙂", "en", "It's:0-100 3.14:200-300 —:300-400 yes:400-500 🙂:500-904")]
    [InlineData("안녕하세요 네", "ko", "안녕하세요:0-300 네:400-500")] // two units
    [InlineData("ここは東京", "ja", "こ:0-33 こ:33-67 は:67-100 東:200-250 京:250-300")] // units of several characters
    public void TryApply_Text_ChangesTimesAndNoWord(string text, string code, string expected)
    {
        Assert.True(LanguageCatalog.TryResolve(code, out var language));
        var words = Words(text);
        var units = Units(text, language);

        var aligned = AlignedWords.TryApply(words, text, language, units, TimeSpan.Zero)!;

        Assert.Equal(words.Select(word => word.Text), aligned.Select(word => word.Text));
        Assert.Equal(expected, string.Join(' ', aligned.Select(word => $"{word.Text}:{Ms(word.Start)}-{Ms(word.End)}")));
    }

    [Fact]
    public void TryApply_Offset_IsAddedExactly()
    {
        var offset = TimeSpan.FromTicks(72_000_000_001);

        var aligned = AlignedWords.TryApply(Words("a b"), "a b", null, Units("a b", null), offset)!;

        Assert.Equal([offset, offset + TimeSpan.FromMilliseconds(200)], aligned.Select(word => word.Start));
    }

    [Fact]
    public void TryApply_UnitsOfAnotherText_MovesNothing()
    {
        var words = Words("one two");

        Assert.Null(AlignedWords.TryApply(words, "one two", null, Units("one", null), TimeSpan.Zero));
        Assert.Null(AlignedWords.TryApply(words, "one two", null, Units("one too", null), TimeSpan.Zero));
        Assert.Null(AlignedWords.TryApply(words, "one two", null, [.. Units("one two", null).Reverse()], TimeSpan.Zero));
    }

    [Fact]
    public void TryApply_PunctuationOnly_KeepsItsTimes()
    {
        TranscriptWord[] words =
            [new("…", default, TimeSpan.FromSeconds(1), null, true), new("!", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), null, true)];

        Assert.Equal(words, AlignedWords.TryApply(words, "… !", null, [], TimeSpan.Zero));
    }

    /// <summary>Words whose estimates, from 250 to 900 ms, are of no use.</summary>
    private static TranscriptWord[] Words(string text)
    {
        var words = TextWords.Split(text);
        return [.. Enumerable.Range(0, words.Count).Select(i => new TranscriptWord(
            words.Word(i).ToString(), TimeSpan.FromMilliseconds(250 + i), TimeSpan.FromMilliseconds(900 + i), 0.5f, true))];
    }

    private static AlignedUnit[] Units(string text, Language? language) =>
        [.. AlignmentUnits.Split(text, language?.Name).Select((unit, i) => new AlignedUnit(
            unit.Text, TimeSpan.FromMilliseconds(200 * i), TimeSpan.FromMilliseconds(200 * i + 100), 0.9f, false))];

    private static int Ms(TimeSpan time) => (int)Math.Round(time.TotalMilliseconds);
}

using AsrService.Cli.Captions;
using Xunit;

namespace AsrService.Cli.Tests.Captions;

[Trait("Category", "Unit")]
public class CaptionLayoutTests
{
    private const string Long = "we have been working with Redis and Docker for two years and it was never shipped";

    [Theory]
    [InlineData("a", 1)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("王明", 4)]
    [InlineData("，", 2)]
    [InlineData("한국", 4)]
    [InlineData("ﾃｽﾄ", 3)]
    [InlineData("😀", 2)]
    [InlineData("𠮷", 2)]
    public void Of_Text_CountsColumns(string text, int expected) => Assert.Equal(expected, CellWidth.Of(text));

    [Theory]
    [InlineData("So we use Redis", 9, "So we use|Redis")]
    [InlineData("So we use Redis", 8, "So we|use|Redis")]
    [InlineData("  So   we  ", 6, "So|we")]
    [InlineData("unbreakable", 4, "unbr|eaka|ble")]
    [InlineData("a unbreakable", 6, "a|unbrea|kable")]
    [InlineData("我叫王明，是一名项目经理。", 9, "我叫王|明，是一|名项目经|理。")]
    [InlineData("你怎么用 Redis 处理订单？", 10, "你怎么用|Redis 处理|订单？")]
    [InlineData("", 9, "")]
    public void Wrap_Text_BreaksWhereItsScriptAllows(string text, int width, string expected)
    {
        string[] lines = [.. TextFlow.Wrap(text, width).Select(range => text[range])];

        Assert.Equal(expected, string.Join('|', lines));
        Assert.All(lines, line => Assert.InRange(CellWidth.Of(line), 1, width));
    }

    [Fact]
    public void Wrap_AnyTextAtAnyWidth_LosesNothingButSpaces()
    {
        string text = $"{Long} 我叫王明，是一名项目经理。😀 {Long}";
        for (int width = 2; width < 120; width++)
        {
            string[] lines = [.. TextFlow.Wrap(text, width).Select(range => text[range])];

            Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
            Assert.All(lines, line => Assert.InRange(CellWidth.Of(line), 1, width));
        }
    }

    [Fact]
    public void Lay_StableAndTentative_AreToldApart()
    {
        var lines = CaptionLayout.Lay([new Caption("", "So we ", "use Redis")], 80, 24);

        Assert.Equal(
            [new CaptionSpan("So we ", CaptionStyle.Plain), new CaptionSpan("use Redis", CaptionStyle.Tentative)], Assert.Single(lines));
    }

    [Fact]
    public void Lay_WithoutStyles_MarksTentativeText()
    {
        var lines = CaptionLayout.Lay([new Caption("", "So we ", "use Redis and Docker")], 20, 24, hasMarks: true);

        Assert.Equal(["So we ‹use Redis›", "‹and Docker›"], lines.Select(Text));
    }

    [Fact]
    public void Lay_LongText_ShowsItsEnd()
    {
        var lines = CaptionLayout.Lay([new Caption("", Long, " at all")], 30, 5);

        Assert.Equal(["…edis and Docker for two", "years and it was never", "shipped at all"], lines.Select(Text));
    }

    [Fact]
    public void Lay_TwoStreams_StandSideBySideWhereThereIsRoom()
    {
        Caption[] captions = [new("interview-en.wav", "How many years", ""), new("interview-zh-en.wav", "我叫王明", "，是一名项目经理。")];

        string[] wide = [.. CaptionLayout.Lay(captions, 80, 24).Select(Text)];
        string[] narrow = [.. CaptionLayout.Lay(captions, 40, 24).Select(Text)];

        Assert.Equal(2, wide.Length);
        Assert.Equal("interview-en.wav" + new string(' ', 24) + "interview-zh-en.wav", wide[0]);
        Assert.Equal("How many years" + new string(' ', 26) + "我叫王明，是一名项目经理。", wide[1]);
        Assert.Equal(["interview-en.wav", "How many years", "interview-zh-en.wav", "我叫王明，是一名项目经理。"], narrow);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Lay_AnyWindow_StaysWithinIt(bool hasMarks)
    {
        Caption[] captions = [.. Enumerable.Range(0, 7).Select(i => new Caption($"a long name of clip {i}.wav", Long, "我叫王明，是一名项目经理。" + Long))];
        for (int width = 9; width < 200; width += 3)
        {
            for (int height = 2; height < 40; height += 5)
            {
                var lines = CaptionLayout.Lay(captions, width, height, hasMarks);

                Assert.InRange(lines.Count, 1, height - 1);
                Assert.All(lines, line => Assert.InRange(CellWidth.Of(Text(line)), 0, width - 1));
            }
        }
    }

    [Fact]
    public void Lay_ControlCharacters_DoNotReachTheTerminal() =>
        Assert.Equal("a [31mb", Text(Assert.Single(CaptionLayout.Lay([new Caption("", "a\e[31mb", "")], 80, 24))));

    private static string Text(IReadOnlyList<CaptionSpan> line) => string.Concat(line.Select(span => span.Text));
}

using System.Globalization;
using System.Text.RegularExpressions;
using AsrService.Engine.Hypotheses;
using AsrService.Engine.Subtitles;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Subtitles;

[Trait("Category", "Unit")]
public sealed partial class SubtitleCuesTests
{
    private const string Talk =
        "How many years of experience do you have with Redis? I have been working with Redis and Docker for two years, "
        + "because it is fast. We used a connection pool to protect the order service.";

    private const string Chinese = "我叫王明，是一名项目经理。我负责数据平台的开发，但是系统每秒处理五百个用户的请求。我们把响应时间降低了百分之八十。";

    [Theory, InlineData(Talk, "en"), InlineData(Chinese, "zh"), InlineData("x", null), InlineData("我用 Redis", "zh")]
    public void Lay_Text_HoldsEveryWordOnceWithinTheLimits(string text, string? code)
    {
        var cues = Lay(text, code);

        Assert.Equal(Letters(text), Letters(string.Concat(cues.SelectMany(cue => cue.Lines))));
        Assert.All(cues, cue => Assert.InRange(cue.Lines.Count, 1, 2));
        Assert.All(cues.SelectMany(cue => cue.Lines), line => Assert.InRange(Columns.Of(line), 1, 42));
        Assert.All(cues, cue => Assert.InRange(cue.End - cue.Start, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(7)));
        Assert.All(cues.Zip(cues.Skip(1)), pair => Assert.InRange(pair.First.End, pair.First.Start, pair.Second.Start));
    }

    [Fact]
    public void Lay_Lines_EndWithSemanticUnits()
    {
        var lines = Lay(Talk, "en").SelectMany(cue => cue.Lines).ToList();

        Assert.Contains("because it is fast.", lines);
        Assert.Equal("How many years of experience do you have", lines[0]);
    }

    [Fact]
    public void Lay_LongWord_HasALineOfItsOwn()
    {
        string word = new('x', 60);

        Assert.Equal([word], Lay($"a {word} b", "en").SelectMany(cue => cue.Lines).Where(line => line.Length > 42));
    }

    [Fact]
    public void Time_ShortCue_StaysToBeReadButNotIntoTheNext()
    {
        SubtitleCue[] cues =
        [
            new(Seconds(1), Seconds(1.2), ["yes"]), new(Seconds(5), Seconds(5.1), [new string('x', 40)]), new(Seconds(6), Seconds(6.1), ["no"]),
        ];

        var timed = SubtitleCues.Time(cues, Seconds(6.5));

        Assert.Equal([Seconds(1.833), Seconds(6), Seconds(6.5)], timed.Select(cue => cue.End));
    }

    [Fact]
    public void ToSrt_Cues_AreParsedBack()
    {
        var cues = Lay(Talk, "en");

        string srt = SubtitleWriter.ToSrt(cues);

        var blocks = srt.TrimEnd('\n').Split("\n\n");
        Assert.Equal(cues.Count, blocks.Length);
        for (int i = 0; i < cues.Count; i++)
        {
            string[] lines = blocks[i].Split('\n');
            Assert.Equal((i + 1).ToString(CultureInfo.InvariantCulture), lines[0]);
            Assert.Equal((cues[i].Start, cues[i].End), ParseTimes(lines[1], ','));
            Assert.Equal(cues[i].Lines, lines[2..]);
        }
    }

    [Fact]
    public void ToVtt_Markup_IsEscapedAndParsedBack()
    {
        SubtitleCue[] cues = [new(Seconds(0), new TimeSpan(0, 101, 1, 2, 345), ["a < b --> c & d", "x\ny"])];

        string[] lines = SubtitleWriter.ToVtt(cues).TrimEnd('\n').Split('\n');

        Assert.Equal(["WEBVTT", "", "00:00:00.000 --> 101:01:02.345", "a &lt; b --&gt; c &amp; d", "x y"], lines);
        Assert.Equal((cues[0].Start, cues[0].End), ParseTimes(lines[2], '.'));
    }

    [Fact]
    public void TextGrid_Tiers_CoverTheWholeTime()
    {
        TextGridInterval[] words = [new(Seconds(0.5), Seconds(1), "say \"hi\""), new(Seconds(1), Seconds(1.25), "下")];

        string grid = TextGridWriter.Write(Seconds(2), [("words", words), ("units", [])]);

        var found = Interval().Matches(grid)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value.Replace("\"\"", "\"", StringComparison.Ordinal)));
        Assert.Equal([("0", "0.5", ""), ("0.5", "1", "say \"hi\""), ("1", "1.25", "下"), ("1.25", "2", ""), ("0", "2", "")], found);
        Assert.Contains("size = 2\n", grid, StringComparison.Ordinal);
        Assert.Contains("intervals: size = 4\n", grid, StringComparison.Ordinal);
    }

    private static IReadOnlyList<SubtitleCue> Lay(string text, string? code)
    {
        LanguageCatalog.TryResolve(code, out var language);
        var words = TextWords.Split(text);
        return SubtitleCues.Lay(text, [.. Enumerable.Range(0, words.Count).Select(i => new TranscriptWord(
            words.Word(i).ToString(), Seconds(0.3 * i), Seconds(0.3 * i + 0.25), null, true))], language);
    }

    private static (TimeSpan, TimeSpan) ParseTimes(string line, char point)
    {
        var times = line.Split(" --> ").Select(time => time.Split(':', point)).Select(parts => new TimeSpan(
            0, Number(parts[0]), Number(parts[1]), Number(parts[2]), Number(parts[3]))).ToList();
        return (times[0], times[1]);
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static string Letters(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));

    [GeneratedRegex("""intervals \[\d+\]:\n\s+xmin = ([\d.]+)\n\s+xmax = ([\d.]+)\n\s+text = "(.*)"\n""")]
    private static partial Regex Interval();
}

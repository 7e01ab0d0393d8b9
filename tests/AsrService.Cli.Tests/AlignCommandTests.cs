using System.Text.Json;
using System.Text.RegularExpressions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed partial class AlignCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Json_BundledAligner_GivesTheReferencesClasses()
    {
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Models, "demo-aligner", "reference.json")));
        var entry = reference.RootElement.GetProperty("entries").EnumerateArray()
            .First(one => one.GetProperty("mode").GetString() == "whole" && one.GetProperty("file").GetString() == "numbers-en.wav");

        var result = await AlignAsync(Recordings.Numbers, entry.GetProperty("text").GetString()!, "--kv", "f32", "--language", "en");

        var aligned = Assert.Single(AsrAssert.Objects(result));
        Assert.Equal(
            ["file", "duration_s", "language", "units", "probability", "remarks", "stretched_units", "slot_classes", "repaired_ms", "model", "weights"],
            aligned.EnumerateObject().Select(field => field.Name));
        int[] classes = Integers(aligned, "slot_classes"), expected = Integers(entry, "slot_classes");
        Assert.Equal(expected.Length, classes.Length);
        Assert.InRange(classes.Zip(expected).Count(pair => pair.First != pair.Second), 0, 1); // near ties
        Assert.Equal(classes.Length, 2 * aligned.GetProperty("units").GetArrayLength());
        double end = 0;
        foreach (var unit in aligned.GetProperty("units").EnumerateArray())
        {
            Assert.InRange(unit.GetProperty("start_s").GetDouble(), end - 1e-9, unit.GetProperty("end_s").GetDouble() - 0.0199);
            end = unit.GetProperty("end_s").GetDouble();
        }
    }

    [Fact]
    public async Task Srt_Chinese_BreaksAtSentences()
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AlignAsync(Recordings.Chinese, Recordings.Reference(Recordings.Chinese).Text, "--format", "srt"));

        var cues = Cue().Matches(result.Output);
        Assert.Equal(8, cues.Count);
        Assert.Equal("我叫王明，是一名项目经理。", cues[0].Groups[1].Value);
        Assert.StartsWith("1\n00:00:01,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vtt_OfARecording_ReadsBackAsItsText()
    {
        string text = Recordings.Reference(Recordings.Numbers).Text;

        var result = AsrAssert.Ended(ExitCodes.Done, await AlignAsync(Recordings.Numbers, text, "--format", "vtt"));

        var cues = ParsedCue.Read("vtt", result.Output);
        ParsedCue.AssertSound(cues);
        Assert.Equal(text, string.Join(' ', cues.SelectMany(cue => cue.Lines)));
    }

    [Fact]
    public async Task TextGrid_OfARecording_CoversItWithoutGaps()
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AlignAsync(Recordings.Numbers, "one two three", "--format", "textgrid"));

        string[] tiers = result.Output.Split("    item [")[1..];
        Assert.NotEmpty(tiers);
        foreach (string tier in tiers)
        {
            var intervals = Interval().Matches(tier).Select(one => (From: one.Groups[1].Value, To: one.Groups[2].Value)).ToList();
            Assert.Contains($"intervals: size = {intervals.Count}\n", tier, StringComparison.Ordinal);
            Assert.Equal("0", intervals[0].From);
            Assert.Equal(intervals.Skip(1).Select(one => one.From), intervals.SkipLast(1).Select(one => one.To));
            Assert.Contains($"xmax = {intervals[^1].To}\n", result.Output[..result.Output.IndexOf("item", StringComparison.Ordinal)], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Text_OfAnotherRecording_IsWarnedOf()
    {
        var result = await AlignAsync(Recordings.Sample("interview-en"), Recordings.Reference(Recordings.Sample("call-en")).Text);

        Assert.Equal("text_mismatch", Assert.Single(AsrAssert.Objects(result)).GetProperty("remarks")[0].GetString());
        Assert.Contains(result.ErrorLines, line => line.Contains("probably not what is said", StringComparison.Ordinal));
    }

    [Theory, InlineData(""), InlineData("… !\n")]
    public async Task Text_NothingToSay_HasNoUnits(string text)
    {
        var aligned = Assert.Single(AsrAssert.Objects(await AlignAsync(Recordings.Numbers, text)));

        Assert.Equal(0, aligned.GetProperty("units").GetArrayLength());
    }

    [Fact]
    public async Task Mistakes_EachOne_IsOneLine()
    {
        string text = WriteText("one"), longClip = _folder.At("long.wav");
        WavWriter.WriteFile(longClip, new float[33 * 16_000], 16_000);

        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync("align", "--text", text), "--audio");
        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync("align", "--audio", Recordings.Numbers), "--text");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("align", "--audio", Recordings.Numbers, "--text", _folder.At("none")), "none");
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("align", "--audio", longClip, "--text", text), longClip, "33 s", "at most 32 s");
        AsrAssert.Refused(ExitCodes.Usage, await AlignAsync(Recordings.Numbers, "un", "--language", "fr"), "--language", "English (en)");
        AsrAssert.Refused(ExitCodes.ModelFault, await AlignAsync(Recordings.Numbers, "one", "--model", "demo-asr"), "expected a forced aligner");
    }

    private Task<AsrResult> AlignAsync(string audio, string text, params string[] more) =>
        AsrProcess.RunAsync(["align", "--audio", audio, "--text", WriteText(text), .. more]);

    private string WriteText(string text)
    {
        string path = _folder.At("text.txt");
        File.WriteAllText(path, text);
        return path;
    }

    private static int[] Integers(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    [GeneratedRegex(@"xmin = (\S+)\s+xmax = (\S+)\s+text = ")]
    private static partial Regex Interval();

    [GeneratedRegex(@"\d+\n[\d:,]+ --> [\d:,]+\n(.+)\n\n")]
    private static partial Regex Cue();
}

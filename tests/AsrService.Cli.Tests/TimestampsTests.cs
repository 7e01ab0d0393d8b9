using System.Text.Json;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class TimestampsTests
{
    [Fact]
    public async Task Json_Files_GiveStructuredTranscriptsInOrder()
    {
        var transcripts = AsrAssert.Objects(await AsrProcess.RunAsync(
            "transcribe", "--timestamps", "--format", "json", "--max-segment", "10", Recordings.Chinese, Recordings.Sample("silence-noise"), Recordings.Numbers));

        Assert.Equal([Recordings.Chinese, Recordings.Sample("silence-noise"), Recordings.Numbers], transcripts.Select(one => one.GetProperty("id").GetString()!));
        Assert.Equal(0, transcripts[1].GetProperty("segments").GetArrayLength());
        Assert.All(transcripts, CheckWords);
        var filler = Words(transcripts[0]).Single(word => word.GetProperty("filler").GetBoolean());
        Assert.Equal("嗯，", filler.GetProperty("text").GetString());
        Assert.All(transcripts[0].GetProperty("segments").EnumerateArray(), segment => Assert.True(segment.GetProperty("is_aligned").GetBoolean()));
        Assert.NotEqual(0, transcripts[0].GetProperty("pauses").GetArrayLength());
    }

    [Fact]
    public async Task Json_LiveSegments_AreAligned()
    {
        var transcript = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync(
            "transcribe", "--timestamps", "--segmentation", "live", "--format", "json", Recordings.Numbers)));

        CheckWords(transcript);
        Assert.NotEqual(0, transcript.GetProperty("segments").GetArrayLength());
        Assert.All(transcript.GetProperty("segments").EnumerateArray(), segment => Assert.True(segment.GetProperty("is_aligned").GetBoolean()));
        Assert.Equal(
            Recordings.Reference(Recordings.Numbers).Text, string.Join(' ', Words(transcript).Select(word => word.GetProperty("text").GetString())));
    }

    [Fact]
    public async Task Text_OfARecording_HasALineACue()
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("transcribe", "--timestamps", Recordings.Numbers));

        Assert.All(result.OutputLines, line => Assert.Matches(@"^\[0:00:\d\d\.\d{3} - 0:00:\d\d\.\d{3}\] \S", line));
        string text = string.Join(' ', result.OutputLines.Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]));
        Assert.Equal(Recordings.Reference(Recordings.Numbers).Text, text);
    }

    [Theory, InlineData("srt"), InlineData("vtt")]
    public async Task Subtitles_OfARecording_ReadBackAsItsText(string format)
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("transcribe", "--timestamps", "--format", format, Recordings.Numbers));

        var cues = ParsedCue.Read(format, result.Output);
        ParsedCue.AssertSound(cues);
        Assert.Equal(Recordings.Reference(Recordings.Numbers).Text, string.Join(' ', cues.SelectMany(cue => cue.Lines)));
    }

    [Theory, InlineData("srt"), InlineData("vtt")]
    public async Task Subtitles_OfTwoChannels_RunForwards(string format)
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(
            "transcribe", "--timestamps", "--segmentation", "live", "--format", format, Recordings.Sample("call-en-stereo-8k")));

        ParsedCue.AssertSound(ParsedCue.Read(format, result.Output));
    }

    [Fact]
    public async Task Options_ThatDoNotGoTogether_AreRefused()
    {
        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync("transcribe", "--format", "srt", Recordings.Numbers), "--timestamps");
        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync("transcribe", "--aligner", "demo-aligner", Recordings.Numbers), "--timestamps");
        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync("transcribe", "--timestamps", "--format", "vtt", Recordings.Numbers, Recordings.Numbers), "one FILE");
    }

    private static IEnumerable<JsonElement> Words(JsonElement transcript) =>
        transcript.GetProperty("segments").EnumerateArray().SelectMany(segment => segment.GetProperty("words").EnumerateArray());

    private static void CheckWords(JsonElement transcript)
    {
        double end = 0;
        foreach (var word in Words(transcript))
        {
            Assert.InRange(word.GetProperty("start_s").GetDouble(), end, transcript.GetProperty("duration_s").GetDouble());
            end = word.GetProperty("end_s").GetDouble();
            Assert.InRange(word.GetProperty("confidence").GetDouble(), 0, 1);
        }
    }
}

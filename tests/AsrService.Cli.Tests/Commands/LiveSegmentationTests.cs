using System.Text.Json;
using AsrService.Cli.Tests.Service;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests.Commands;

/// <summary>The bundled model, in process and as a real service.</summary>
[Trait("Category", "EndToEnd")]
public class LiveSegmentationTests
{
    [Theory, InlineData("numbers-en"), InlineData("call-en-stereo-8k"), InlineData("silence-noise")]
    public async Task Transcribe_Live_GivesTheFinalsOfStreamingTheFile(string sample)
    {
        await using var service = await RealService.StartAsync();
        string file = Recordings.Sample(sample);

        var local = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("transcribe", "--segmentation", "live", "--format", "json", file)));
        var remote = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync(
            "transcribe", "--server", service.Address, "--segmentation", "live", "--format", "json", file)));
        var streamed = AsrAssert.Objects(await AsrProcess.RunAsync("stream", "--server", service.Address, "--pace", "0", file));

        var finals = streamed.Where(one => one.GetProperty("type").GetString() == "result" && one.GetProperty("is_final").GetBoolean());
        string[] expected = [.. finals.Select(final => Line(final, "stable_text")).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, Lines(local));
        Assert.Equal(expected, Lines(remote));
        Assert.Equal(local.GetProperty("duration_s").GetDouble(), remote.GetProperty("duration_s").GetDouble());
        Assert.Equal(local.GetProperty("language").GetString(), remote.GetProperty("language").GetString());
    }

    [Fact]
    public async Task Transcribe_LiveWithABadFile_DoesTheOthers()
    {
        using var folder = new TemporaryFolder();
        string bad = folder.Write("bad.wav", "nothing like audio"u8);

        var result = await AsrProcess.RunAsync("transcribe", "--segmentation", "live", bad, "none.wav", Recordings.Numbers);

        AsrAssert.Ended(ExitCodes.BadInput, result);
        Assert.StartsWith($"{Recordings.Numbers}: The code is", Assert.Single(result.OutputLines), StringComparison.Ordinal);
        Assert.StartsWith(bad, result.ErrorLines[0], StringComparison.Ordinal);
        Assert.StartsWith("none.wav: there is no such file", result.ErrorLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transcribe_ByTheRealService_IsAsInProcess()
    {
        await using var service = await RealService.StartAsync();

        var local = await AsrProcess.RunAsync(["transcribe", .. Recordings.All]);
        var remote = await AsrProcess.RunAsync(["transcribe", "--server", service.Address, .. Recordings.All]);

        Assert.Equal(AsrAssert.Ended(ExitCodes.Done, local).OutputLines, AsrAssert.Ended(ExitCodes.Done, remote).OutputLines);
    }

    [Fact]
    public async Task Stream_BadValues_AreRefusedInOneLine()
    {
        await using var service = await RealService.StartAsync();

        var model = await AsrProcess.RunAsync("stream", "--server", service.Address, "--model", "none", Recordings.Numbers);
        var term = await AsrProcess.RunAsync("stream", "--server", service.Address, "--term", new string('x', 201), Recordings.Numbers);

        AsrAssert.Refused(ExitCodes.Usage, model, "demo-asr");
        AsrAssert.Refused(ExitCodes.Usage, term, "terms", "200");
    }

    private static string[] Lines(JsonElement transcript) =>
        [.. transcript.GetProperty("segments").EnumerateArray().Select(segment => Line(segment, "text")).Order(StringComparer.Ordinal)];

    private static string Line(JsonElement segment, string text) =>
        $"{segment.GetProperty("channel")} {segment.GetProperty("start_s")} {segment.GetProperty("end_s")} {segment.GetProperty(text)}";
}

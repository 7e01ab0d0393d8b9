using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Engine_BundledModel_GivesOneObjectOfFigures()
    {
        var result = await AsrProcess.RunAsync("bench", "engine", "--model", "demo-asr", "--force-tokens", "5", "--seconds", "2", "--batch", "2");

        var figures = Assert.Single(AsrAssert.Objects(result));
        foreach (string name in new[]
        {
            "load_ms", "mel_ms", "encoder_ms", "prefill_ms", "decode_ms_per_token", "decode_tokens_per_s", "total_ms", "rtf", "peak_rss_bytes",
        }) Assert.True(figures.GetProperty(name).GetDouble() > 0, name);
        Assert.Equal((2, 5, 2.0), (figures.GetProperty("batch").GetInt32(), figures.GetProperty("tokens").GetInt32(), figures.GetProperty("audio_s").GetDouble()));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Engine_Recording_IsMeasured()
    {
        var figures = Assert.Single(AsrAssert.Objects(await AsrProcess.RunAsync("bench", "engine", "--audio", Recordings.Numbers, "--threads", "1", "--weights", "f32")));

        Assert.Equal((24.578, 87), (Math.Round(figures.GetProperty("audio_s").GetDouble(), 3), figures.GetProperty("tokens").GetInt32()));
    }

    [Fact]
    public async Task Engine_NothingToMeasure_IsRefused()
    {
        string empty = _folder.At("empty.wav");
        WavWriter.WriteFile(empty, [], 16_000);

        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("bench", "engine", "--audio", empty), empty, "no samples");
        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync("bench", "engine", "--random", "0.6b", "--model", "demo-asr"), "--random or --model");
    }

    [Fact]
    public async Task Engine_MorePositionsThanTheModel_IsRefused()
    {
        var config = TinyConfigs.Asr with { Text = TinyConfigs.Asr.Text with { MaxPositions = 100 } };
        new CheckpointBuilder(config) { Weights = new RandomTensors(3).Of }.Write(_folder.Path);

        var result = await AsrProcess.RunAsync("bench", "engine", "--model", _folder.Path, "--seconds", "2", "--force-tokens", "61");

        AsrAssert.Refused(ExitCodes.ModelFault, result, "needs 101 positions; the model has 100");
    }

    [Fact]
    public async Task Live_TwoMinutes_AreMeasuredOneByOne()
    {
        var result = await AsrProcess.RunAsync("bench", "live", "--minutes", "2", "--interval", "2000", "--audio", Recordings.Numbers);

        var figures = Assert.Single(AsrAssert.Objects(result));
        var minutes = figures.GetProperty("minutes").EnumerateArray().ToList();
        Assert.Equal([1, 2], minutes.Select(minute => minute.GetProperty("minute").GetInt32()));
        Assert.All(minutes, minute => Assert.InRange(minute.GetProperty("refreshes").GetInt32(), 20, 120));
        Assert.True(figures.GetProperty("last_by_second").GetDouble() == 1, "the second minute is the last");
    }
}

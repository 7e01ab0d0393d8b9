using AsrService.Audio;
using AsrService.Hosting;
using AsrService.Server.Transcriber;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Tests.Transcriber.Requests;

[Trait("Category", "Unit")]
public class FileMappingTests
{
    public static TheoryData<string, V1.FileOptions> BadOptions { get; } = new()
    {
        { "config.file.segmentation", new() { Segmentation = (V1.Segmentation)3 } },
        { "config.file.max_segment", new() { MaxSegment = TestFacts.Seconds(4.999) } },
        { "config.file.max_segment", new() { MaxSegment = TestFacts.Seconds(1200.001) } },
        { "config.file.max_segment", new() { Segmentation = V1.Segmentation.Live, MaxSegment = TestFacts.Seconds(30) } },
        { "config.file.endpointing", new() { Endpointing = new() } },
        { "config.file.endpointing", new() { Segmentation = V1.Segmentation.Offline, Endpointing = new() } },
        {
            "config.file.endpointing.min_silence",
            new() { Segmentation = V1.Segmentation.Live, Endpointing = new() { MinSilence = TestFacts.Seconds(6) } }
        },
    };

    [Theory, MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void Read_OptionsThatDoNotGo_NamesTheirField(string field, V1.FileOptions options) =>
        Assert.Equal([field], TestFacts.ViolationsOf(() => FileMapping.Read(null, null, options, TestFacts.Model, "config")));

    [Fact]
    public void Read_Nothing_IsAContainerCutOffline()
    {
        var plan = FileMapping.Read(null, null, null, TestFacts.Model, "");

        Assert.Null(plan.Format);
        Assert.False(plan.Options.IsLive);
        Assert.Equal(TimeSpan.FromSeconds(30), plan.Options.MaxSegment);
    }

    [Fact]
    public void Read_RawFormat_IsChecked()
    {
        var bad = new V1.AudioFormat { Encoding = V1.AudioEncoding.Mulaw, SampleRateHertz = 4_000 };
        var good = new V1.AudioFormat { Encoding = V1.AudioEncoding.Mulaw, SampleRateHertz = 8_000, Channels = 2 };

        Assert.Equal(
            ["audio_format.sample_rate_hertz"],
            TestFacts.ViolationsOf(() => FileMapping.Read(null, bad, null, TestFacts.Model, "")));
        Assert.Equal(
            new RawFormat(SampleEncoding.MuLaw, 8_000, 2), FileMapping.Read(null, good, null, TestFacts.Model, "").Format);
    }

    [Fact]
    public void Read_LiveCut_TakesEndpointing()
    {
        var file = new V1.FileOptions
        {
            Segmentation = V1.Segmentation.Live, Endpointing = new() { MinSilence = TestFacts.Seconds(1) },
        };

        var options = FileMapping.Read(null, null, file, TestFacts.Model, "").Options;

        Assert.True(options.IsLive);
        Assert.Equal(TimeSpan.FromSeconds(1), options.Endpointing.MinSilence);
    }
}

namespace AsrService.Audio.Tests;

/// <summary>The default detector and options on a minute without speech.</summary>
[Trait("Category", "Conformance")]
public sealed class NoiseRobustnessTests
{
    private const int Second = 16_000;
    private const int Minute = 60 * Second;

    public static MatrixTheoryData<string, int> Noises { get; } = new(
        ["white", "pink", "hum-50", "hum-60", "buzz-50", "buzz-60", "offset", "clicks"], [-70, -50, -35, -20]);

    [Theory, MemberData(nameof(Noises))]
    public void Segments_ConstantNoise_AreOneAtTheStartAtMost(string kind, int level)
    {
        var run = Segmentation.Of(NoiseSignals.Make(kind, Minute, level));

        if (level <= -50 || kind is "clicks") Assert.Empty(run.Events);
        else Assert.All(run.Segments, segment => Assert.Equal((0, true), (segment.Start, segment.End < 2.8 * Second)));
    }

    [Theory, MemberData(nameof(Noises))]
    public void Segments_NoiseThatFades_AreNone(string kind, int level) =>
        Assert.Empty(Segmentation.Of(NoiseSignals.Fading(NoiseSignals.Make(kind, Minute, level))).Events);

    [Theory, MemberData(nameof(Noises))]
    public void Segments_NoiseThatSetsIn_AreOneShortOneAtMost(string kind, int level)
    {
        float[] samples = [.. new float[5 * Second], .. NoiseSignals.Make(kind, Minute - (5 * Second), level)];

        var run = Segmentation.Of(samples);

        Assert.InRange(run.Segments.Count, 0, kind is "clicks" ? 0 : 1);
        Assert.All(run.Segments, segment => Assert.InRange(segment.End, 5 * Second, 7.8 * Second));
    }

    [Fact]
    public void Segments_SilenceAndRounding_AreNone()
    {
        Assert.Empty(Segmentation.Of(new float[Minute]).Events);
        Assert.Empty(Segmentation.Of([.. new float[Second], .. TestKit.TestSignals.Dither(59)]).Events);
    }
}

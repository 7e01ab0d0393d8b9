namespace AsrService.Audio.Tests;

/// <summary>The default detector and options on the bundled recordings.</summary>
[Trait("Category", "Conformance")]
public sealed class SpeechRobustnessTests
{
    /// <summary>What the synthesisers count as part of a word though nothing is to be heard, in seconds.</summary>
    private const double WordEdge = 0.06;

    [Theory, InlineData(-3), InlineData(-20), InlineData(-35), InlineData(-45)]
    public void Segments_AnyLevel_HaveAllWords(int peak)
    {
        foreach (var sample in SpeechSample.All) AssertWords(sample.WithPeak(peak), least: 0.995);
    }

    [Theory]
    [InlineData("white", 20, 0.98), InlineData("pink", 20, 0.98)]
    [InlineData("white", 15, 0.98), InlineData("pink", 15, 0.98)]
    [InlineData("hum-50", 10, 0.98), InlineData("hum-60", 10, 0.98)]
    public void Segments_Noise_HaveAllWords(string kind, int ratio, double least)
    {
        foreach (var sample in SpeechSample.All) AssertWords(sample.WithNoise(kind, ratio), least);
    }

    [Theory, InlineData("white"), InlineData("pink")]
    public void Segments_TenDecibels_HaveNearlyAllWords(string kind)
    {
        foreach (var sample in SpeechSample.All)
        {
            var noisy = sample.WithNoise(kind, 10);
            Assert.InRange(Covered(noisy, Segmentation.Of(noisy.Samples)), 0.97, 1.000001);
        }
    }

    [Fact]
    public void Segments_QuietSpeechInNoise_HaveAllWords()
    {
        foreach (var sample in SpeechSample.All) AssertWords(sample.WithNoise("white", 20).WithPeak(-45), least: 0.98);
    }

    [Theory, InlineData(-10), InlineData(-45)]
    public void Segments_AfterLongDigitalSilence_HaveTheFirstWord(int peak)
    {
        foreach (var sample in SpeechSample.All)
        {
            var late = sample.WithPeak(peak).Shifted(-sample.Words[0].Start).Shifted(30);

            var run = Segmentation.Of(late.Samples);

            Assert.InRange(run.Segments[0].Start, 29.7 * 16_000, 30 * 16_000);
            AssertWords(late, least: 0.99);
        }
    }

    [Theory, InlineData(-3), InlineData(-20)]
    public void Segments_SpeechFromTheFirstSample_BeginThere(int peak)
    {
        foreach (var sample in SpeechSample.All)
        {
            var early = sample.WithPeak(peak).Shifted(-sample.Words[0].Start);

            Assert.Equal(0, Segmentation.Of(early.Samples).Segments[0].Start);
        }
    }

    [Fact]
    public void Segments_UnbrokenSpeech_NeverBecomesNoise()
    {
        foreach (var sample in SpeechSample.All)
        {
            float[] words =
                [.. sample.Words.SelectMany(word => sample.Samples[SpeechSample.At(word.Start)..SpeechSample.At(word.End)])];
            float[] samples = [.. Enumerable.Repeat(words, 6).SelectMany(x => x)];

            var run = Segmentation.Of(samples);

            Assert.InRange(run.Segments.Sum(segment => segment.End - segment.Start), 0.99 * samples.Length, samples.Length);
        }
    }

    [Fact]
    public void Events_AnyChunks_AreTheSameToTheSample()
    {
        var random = new Random(1);
        var options = new EndpointingOptions { MaxSegment = TimeSpan.FromSeconds(10), MinSilence = TimeSpan.FromSeconds(0.8) };
        foreach (var sample in SpeechSample.All)
        {
            var samples = sample.Samples;
            Segmentation Run(Func<int> chunk) => Segmentation.Of(
                samples, null, options, chunk, Segmentation.FinalizeAt(70_001),
                Segmentation.UpdateAt(90_007, new EndpointingOptions()));
            var whole = Run(() => samples.Length);

            foreach (int chunk in new[] { 2, 159, 160, 161, 1600, 16_000 })
            {
                var other = Run(() => chunk);
                Assert.Equal(whole.Events, other.Events);
                Assert.Equal(whole.Activity, other.Activity);
            }
            Assert.Equal(whole.Events, Run(() => random.Next(1, 5000)).Events);
        }
    }

    private static void AssertWords(SpeechSample sample, double least)
    {
        var run = Segmentation.Of(sample.Samples);

        Assert.InRange(Covered(sample, run), least, 1.000001);
        Assert.DoesNotContain(
            run.Segments.SelectMany(segment => new[] { segment.Start / 16_000.0, segment.End / 16_000.0 }),
            border => sample.Words.Any(word => border > word.Start + WordEdge && border < word.End - WordEdge));
    }

    private static double Covered(SpeechSample sample, Segmentation run)
    {
        var overlaps =
            from word in sample.Words
            from segment in run.Segments
            select Math.Min(word.End, segment.End / 16_000.0) - Math.Max(word.Start, segment.Start / 16_000.0);
        return overlaps.Where(seconds => seconds > 0).Sum() / sample.WordSeconds;
    }
}

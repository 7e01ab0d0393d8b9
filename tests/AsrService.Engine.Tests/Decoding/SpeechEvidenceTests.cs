using AsrService.Engine.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

[Trait("Category", "Unit")]
public sealed class SpeechEvidenceTests(ITestOutputHelper output)
{
    public static TheoryData<string, float[]> Silences => new()
    {
        { "zeros", new float[32_000] },
        { "dither", TestSignals.Dither(2) },
        { "offset", [.. Enumerable.Repeat(0.3f, 32_000)] },
        { "offset and dither", [.. TestSignals.Dither(2).Select(x => x - 0.5f)] },
        { "too short", TestSignals.Tone(0.0999, 300, -10) },
        { "nothing", [] },
        { "one sample", [0.5f] },
    };

    public static TheoryData<string, float[]> SteadySounds => new()
    {
        { "loud noise", TestSignals.Noise(3, -12) },
        { "quiet noise", TestSignals.Noise(3, -60) },
        { "one second of noise", TestSignals.Noise(1, -30) },
        { "50 Hz hum", TestSignals.Hum(3, 50, -20) },
        { "60 Hz hum", TestSignals.Hum(3, 60, -20) },
        { "hum and noise", TestSignals.Sum(TestSignals.Hum(3, 50, -25), TestSignals.Noise(3, -30)) },
        { "tone", TestSignals.Tone(3, 1000, -3) },
        { "low tone", TestSignals.Tone(3, 55, -20) },
        { "noise with an offset", [.. TestSignals.Noise(3, -40).Select(x => x + 0.2f)] },
    };

    [Theory, MemberData(nameof(Silences))]
    public void Measure_Silence_IsSilent(string name, float[] samples) =>
        Assert.True(SpeechEvidence.Measure(samples).IsSilent, name);

    [Theory, MemberData(nameof(SteadySounds))]
    public void Measure_SteadySound_IsSteadyAndNotSilent(string name, float[] samples)
    {
        var evidence = SpeechEvidence.Measure(samples);

        Assert.False(evidence.IsSilent, name);
        Assert.True(evidence.IsSteady, $"{name}: {evidence}");
    }

    [Fact]
    public void Measure_SecondOfNoise_IsSteadyWithAMargin() // the limit is 2.5 dB
    {
        var spreads = Enumerable.Range(0, 300).Select(seed => SpeechEvidence.Measure(TestSignals.Noise(1, -30, seed)).Spread).ToList();

        output.WriteLine($"spread of white noise: {spreads.Min():F2} to {spreads.Max():F2} dB");
        Assert.InRange(spreads.Max(), 0, 2);
    }

    [Fact]
    public void Measure_Syllables_AreActiveHalfTheTime()
    {
        var evidence = SpeechEvidence.Measure(TestSignals.Syllables(4));

        Assert.False(evidence.IsSteady);
        Assert.InRange(evidence.ActiveSeconds, 1, 3);
        Assert.Equal(4, evidence.Seconds);
    }

    [Fact]
    public void Measure_WordInDigitalSilence_IsNotSilent()
    {
        float[] samples = [.. new float[160_000], .. TestSignals.Syllables(0.3), .. new float[160_000]];

        Assert.False(SpeechEvidence.Measure(samples).IsSilent);
    }

    [Fact]
    public void Measure_PauseOfTwoThirds_IsNotSteady() // the tenths are of the quiet and of the loud part
    {
        float[] samples = [.. TestSignals.Noise(2, -60), .. TestSignals.Noise(1, -20)];

        Assert.False(SpeechEvidence.Measure(samples).IsSteady);
    }
}

namespace AsrService.Audio.Tests;

[Trait("Category", "Unit")]
public sealed class AdaptiveVoiceActivityDetectorTests
{
    [Fact]
    public void Process_AfterReset_IsAsNew()
    {
        var detector = new AdaptiveVoiceActivityDetector();
        float[] signal = [.. Signals.Noise(8000, seed: 1), .. Signals.Sine(700, 16_000, 8000), .. new float[8000]];
        var first = Run(detector, signal);

        detector.Reset();

        Assert.Equal(first, Run(detector, signal));
        Assert.Contains(true, first);
    }

    [Fact]
    public void Process_SoundThatEnds_IsSilenceWithin200Milliseconds()
    {
        var flags = Run(new(), [.. new float[16_000], .. Signals.Sine(700, 16_000, 8000), .. new float[16_000]]);

        Assert.InRange(flags.LastIndexOf(true), 150, 169);
    }

    [Fact]
    public void Process_NotAHop_Throws() =>
        Assert.Throws<ArgumentException>(() => new AdaptiveVoiceActivityDetector().Process(new float[159]));

    private static List<bool> Run(AdaptiveVoiceActivityDetector detector, float[] signal) =>
        [.. Enumerable.Range(0, signal.Length / 160).Select(hop => detector.Process(signal.AsSpan(hop * 160, 160)))];
}

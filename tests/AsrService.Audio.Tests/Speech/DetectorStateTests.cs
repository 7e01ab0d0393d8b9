using AsrService.TestKit;

namespace AsrService.Audio.Tests;

[Trait("Category", "Unit")]
public class DetectorStateTests
{
    private const int Most = 417;

    [Fact]
    public void Restore_AtEveryStep_GoesOnAsIfNothingHadHappened()
    {
        var samples = TestSignals.Syllables(12);
        var noise = TestSignals.Noise(12, -50);
        for (int n = 0; n < samples.Length; n++) samples[n] = (samples[n] * 0.1f) + (noise[n] * n / samples.Length);
        var hops = samples.Chunk(160).Where(hop => hop.Length == 160).ToArray();
        var whole = new AdaptiveVoiceActivityDetector();
        var expected = new List<(bool, int)>();
        var states = new Dictionary<int, byte[]>();
        for (int i = 0; i < hops.Length; i++)
        {
            expected.Add((whole.Process(hops[i]), whole.UndecidedHops));
            if ((i + 1) % AdaptiveVoiceActivityDetector.SavedHops == 0) states[i + 1] = whole.Save();
        }

        foreach (var (at, state) in states)
        {
            Assert.InRange(state.Length, 98, Most);
            var other = new AdaptiveVoiceActivityDetector();
            other.Restore(state);
            for (int i = at - AdaptiveVoiceActivityDetector.WarmUpHops; i < at; i++) other.WarmUp(hops[i]);
            for (int i = at; i < hops.Length; i++) Assert.Equal(expected[i], (other.Process(hops[i]), other.UndecidedHops));
        }

        Assert.Contains(expected, one => one.Item1);
        Assert.Contains(expected, one => !one.Item1);
    }

    [Fact]
    public void Save_NoiseThatOnlyEverRises_StaysWithinItsBound()
    {
        var floor = new NoiseFloor();
        for (int hop = 0; hop < 400; hop++) floor.Update(Enumerable.Repeat(1e-8 * Math.Pow(1.02, hop), SpeechBands.Count).ToArray());
        using var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes);

        floor.Save(to);

        Assert.Equal(Most - 1, bytes.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-8)]
    [InlineData(0.123456)]
    [InlineData(7e5)]
    public void Round_AnyEnergy_IsNearAndStays(double value)
    {
        double rounded = FloorCode.Round(value);

        Assert.InRange(rounded, (value * 0.9995) - 1e-9, (value * 1.0005) + 1e-9);
        Assert.Equal(rounded, FloorCode.Round(rounded));
        Assert.Equal(FloorCode.Of(value), FloorCode.Of(FloorCode.Value(FloorCode.Of(value))));
    }
}

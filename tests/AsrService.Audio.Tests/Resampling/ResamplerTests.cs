using AsrService.TestKit;

namespace AsrService.Audio.Tests;

public sealed class ResamplerTests
{
    public static TheoryData<int> Rates => [8000, 11025, 12345, 16000, 22050, 24000, 32000, 44100, 44101, 48000, 96000];

    public static TheoryData<int> AliasingRates => [22050, 24000, 32000, 44100, 44101, 48000, 96000, 192000];

    [Theory, Trait("Category", "Conformance"), MemberData(nameof(Rates))]
    public void Process_TonesInThePassband_KeepAmplitudeAndTime(int rate)
    {
        double edge = 0.91 * Math.Min(rate, 16000) / 2;
        foreach (double hertz in new[] { 50, 440, 1000, edge / 2, edge })
        {
            var input = Signals.Sine(hertz, rate, rate);

            var output = Resample(rate, input);

            var ideal = Signals.Sine(hertz, 16000, 16000);
            double off = Decibels(output, ideal);
            Assert.True(off < -90, $"{hertz:F0} Hz at {rate}: {off:F1} dB off.");
        }
    }

    [Theory, Trait("Category", "Conformance"), MemberData(nameof(AliasingRates))]
    public void Process_TonesAboveTheStopbandEdge_AreGone(int rate)
    {
        foreach (double share in new[] { 0.0, 0.01, 0.05, 0.3, 0.7, 0.99 })
        {
            double hertz = 8000 + (share * ((rate / 2) - 8000));

            var output = Resample(rate, Signals.Sine(hertz, rate, rate));

            double left = Decibels(output, new float[output.Length]);
            Assert.True(left < -90, $"{hertz:F0} Hz at {rate}: {left:F1} dB left.");
        }
    }

    [Theory, Trait("Category", "Conformance"), InlineData(8000), InlineData(11025), InlineData(12345)]
    public void Process_ToneOfALowerRate_LeavesNoImage(int rate)
    {
        // The image of a tone at f would stand at rate - f, which the comparison with the ideal tone includes.
        double hertz = 0.9 * rate / 2;

        var output = Resample(rate, Signals.Sine(hertz, rate, rate));

        Assert.True(Decibels(output, Signals.Sine(hertz, 16000, 16000)) < -90);
    }

    [Theory, Trait("Category", "Unit"), MemberData(nameof(Rates))]
    public void Flush_AnyLength_CompletesTheRoundedUpLength(int rate)
    {
        foreach (int length in new[] { 0, 1, 2, 3, 100, 441, 4096, 4097, 12_345 })
        {
            var output = Resample(rate, Signals.Noise(length, seed: length));

            Assert.Equal(((length * 16000L) + rate - 1) / rate, output.Length);
            Assert.Equal(Resampler.OutputLength(length, rate), output.Length);
        }
    }

    [Theory, Trait("Category", "Conformance"), MemberData(nameof(Rates))]
    public void Process_AnyChunking_SameBits(int rate)
    {
        var input = Signals.Noise(30_000, seed: rate);
        var whole = Resample(rate, input);
        var random = new Random(rate);

        foreach (int longest in new[] { 1, 7, 160, 5000, 29_000 })
            Assert.True(whole.AsSpan().SequenceEqual(Resample(rate, input, longest, random)), $"Pieces to {longest}.");
    }

    [Theory, Trait("Category", "Unit"), MemberData(nameof(Rates))]
    public void Process_Impulse_StaysAtItsTime(int rate)
    {
        var input = new float[rate];
        input[rate / 2] = 1;

        var output = Resample(rate, input);

        double moment = 0, mass = 0;
        for (int i = 0; i < output.Length; i++)
        {
            moment += i * (double)output[i] * output[i];
            mass += (double)output[i] * output[i];
        }

        Assert.Equal(rate / 2 * 16000.0 / rate, moment / mass, 0.01);
    }

    [Theory, Trait("Category", "Unit"), MemberData(nameof(Rates))]
    public void Process_Constant_StaysThatConstant(int rate)
    {
        var input = new float[rate];
        Array.Fill(input, 0.25f);

        var output = Resample(rate, input);

        Assert.All(output[2000..14000], sample => Assert.Equal(0.25f, sample, 1e-6f));
    }

    [Fact, Trait("Category", "Unit")]
    public void Process_SixteenKilohertz_PassesUntouched()
    {
        var input = Signals.Noise(1000, seed: 4);

        Assert.Equal(input, Resample(16000, input));
    }

    [Theory, Trait("Category", "Unit"), InlineData(1000), InlineData(44101), InlineData(767_999), InlineData(768_000)]
    public void Constructor_ExtremeRate_KeepsTheTableSmall(int rate)
    {
        var filter = ResamplerFilter.For(rate);

        Assert.InRange(filter.TableLength, 1, (1 << 20) + filter.Taps);
    }

    [Theory, Trait("Category", "Unit"), InlineData(0), InlineData(999), InlineData(768_001), InlineData(-8000)]
    public void Constructor_RateOutOfRange_IsRefused(int rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(rate));

    [Fact, Trait("Category", "Unit")]
    public void Process_AfterFlush_NeedsReset()
    {
        var resampler = new Resampler(8000);
        var input = Signals.Noise(500, seed: 5);
        var first = Run(resampler, input);

        Assert.Throws<InvalidOperationException>(() => resampler.Process(input, new float[2000]));
        resampler.Reset();
        Assert.Equal(first, Run(resampler, input));
    }

    [Fact, Trait("Category", "Unit")]
    public void Process_SteadyState_AllocatesNothing()
    {
        var resampler = new Resampler(44100);
        var input = Signals.Noise(8820, seed: 6);
        var output = new float[resampler.OutputBound(input.Length)];
        resampler.Process(input, output);

        Assert.Equal(0, Allocations.Of(() => resampler.Process(input, output)));
    }

    [Fact, Trait("Category", "Unit")]
    public void Process_OutputTooSmall_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Resampler(8000).Process(new float[100], new float[200]));

    private static float[] Resample(int rate, float[] input) => Run(new Resampler(rate), input);

    private static float[] Run(Resampler resampler, float[] input)
    {
        var output = new float[resampler.OutputBound(input.Length) + resampler.FlushBound];
        int written = resampler.Process(input, output);
        written += resampler.Flush(output.AsSpan(written));
        return output[..written];
    }

    private static float[] Resample(int rate, float[] input, int longest, Random random)
    {
        var resampler = new Resampler(rate);
        var output = new float[resampler.OutputBound(input.Length) + resampler.FlushBound + 1];
        int written = 0;
        foreach (var piece in Signals.Pieces(input.Length, longest, random))
            written += resampler.Process(input.AsSpan(piece), output.AsSpan(written));
        written += resampler.Flush(output.AsSpan(written));
        return output[..written];
    }

    /// <summary>Error against the ideal, away from both ends, relative to a tone of amplitude 0.5.</summary>
    private static double Decibels(float[] output, float[] ideal)
    {
        double sum = 0;
        for (int i = 3000; i < 13_000; i++) sum += Math.Pow(output[i] - ideal[i], 2);
        return 10 * Math.Log10((sum / 10_000 / 0.125) + 1e-30);
    }
}

using AsrService.TestKit;

namespace AsrService.Audio.Tests;

/// <summary>The expected values come from an independent float64 computation of the reference's formulas.</summary>
public sealed class LogMelFrontEndTests
{
    private const float Tolerance = 1e-4f;
    private const int Bins = 128;

    private static readonly LogMelFrontEnd FrontEnd = new(LogMelOptions.Default);
    private static readonly LogMelFrontEnd Unpadded = new(new LogMelOptions { MinimumSamples = 0 });

    [Theory, Trait("Category", "Conformance")]
    [InlineData(0, 0, 0.913080f), InlineData(0, 1, 0.400158f), InlineData(11, 0, 1.163762f)]
    [InlineData(11, 50, -0.467411f), InlineData(13, 50, -0.460444f), InlineData(12, 50, -0.514527f)]
    [InlineData(64, 50, -0.333953f), InlineData(84, 50, -0.514527f), InlineData(127, 0, 0.160227f)]
    [InlineData(127, 50, -0.184757f), InlineData(127, 99, -0.170976f), InlineData(50, 98, -0.036420f)]
    [InlineData(50, 99, -0.083091f)]
    public void Compute_ReferenceSignal_MatchesValue(int bin, int frame, float expected)
    {
        var features = FrontEnd.Compute(Signals.Reference);

        Assert.Equal(100 * Bins, features.Length);
        Assert.Equal(expected, features[(frame * Bins) + bin], Tolerance);
    }

    [Fact, Trait("Category", "Conformance")]
    public void Compute_ReferenceSignal_MatchesSums()
    {
        var features = FrontEnd.Compute(Signals.Reference);

        double sum = 0, weighted = 0;
        for (int i = 0; i < features.Length; i++)
        {
            sum += features[i];
            weighted += features[i] * ((i % Bins) + 1.0);
        }

        Assert.Equal(1.485473f, features.Max(), Tolerance);
        Assert.Equal(-0.276651, sum / features.Length, 1e-5);
        Assert.Equal(-3541.137, sum, 0.02);
        Assert.Equal(-240696.98, weighted, 1.0);
    }

    [Theory, Trait("Category", "Conformance")]
    [InlineData(201, 1), InlineData(320, 2), InlineData(399, 2), InlineData(400, 2)]
    [InlineData(16000, 100), InlineData(16159, 100), InlineData(16160, 101)]
    public void Compute_ClipAsItIs_HasAFrameForEveryWholeHop(int samples, int frames)
    {
        var features = Unpadded.Compute(new float[samples]);

        Assert.Equal(frames, Unpadded.FrameCount(samples));
        Assert.Equal(frames * Bins, features.Length);
        Assert.All(features, value => Assert.Equal(-1.5f, value));
    }

    [Theory, Trait("Category", "Unit"), InlineData(0), InlineData(1), InlineData(200)]
    public void Compute_TooShortUnpadded_IsRefused(int samples)
    {
        var refusal = Assert.Throws<ArgumentException>(() => Unpadded.Compute(new float[samples]));

        Assert.Equal(0, Unpadded.FrameCount(samples));
        Assert.Contains("201", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData(0), InlineData(1), InlineData(200), InlineData(4321), InlineData(7999)]
    public void Compute_ShortClip_IsPaddedToHalfASecond(int samples)
    {
        var clip = Signals.Reference.AsSpan(0, samples);
        var padded = new float[8000];
        clip.CopyTo(padded);

        Assert.Equal(Unpadded.Compute(padded), FrontEnd.Compute(clip));
    }

    [Fact, Trait("Category", "Unit")]
    public void Compute_Silence_IsMinusOneAndAHalf() =>
        Assert.All(FrontEnd.Compute(new float[16000]), value => Assert.Equal(-1.5f, value));

    [Fact, Trait("Category", "Conformance")]
    public void ComputeLogMel_AnySignal_MatchesDirectTransform()
    {
        var samples = Signals.Noise(1600, seed: 1);

        var logMel = new float[10 * Bins];
        FrontEnd.ComputeLogMel(Signals.Padded(samples, 8000), 0, 10, logMel);

        for (int frame = 2; frame < 8; frame++)
        {
            var expected = DirectLogMel(samples.AsSpan((frame * 160) - 200, 400));
            for (int bin = 0; bin < Bins; bin++) Assert.Equal(expected[bin], logMel[(frame * Bins) + bin], 1e-5f);
        }
    }

    [Fact, Trait("Category", "Conformance")]
    public void ComputeLogMel_IsolatedWindow_DiffersOnlyAtItsEdges()
    {
        var samples = Signals.Noise(3 * 128_000, seed: 2);
        var whole = new float[2400 * Bins];
        var window = new float[800 * Bins];

        FrontEnd.ComputeLogMel(samples, 0, 2400, whole);
        FrontEnd.ComputeLogMel(samples.AsSpan(128_000, 128_000), 0, 800, window);

        var different = Enumerable.Range(0, 800).Where(frame =>
            !whole.AsSpan((800 + frame) * Bins, Bins).SequenceEqual(window.AsSpan(frame * Bins, Bins)));
        Assert.Equal([0, 1, 799], different);
    }

    [Theory, Trait("Category", "Conformance")]
    [InlineData(128_000, 799), InlineData(128_039, 799), InlineData(128_040, 800)]
    public void ComputeLogMel_MoreAudioFollows_EarlierFramesStay(int samples, int unchanged)
    {
        var longer = Signals.Noise(samples + 400, seed: 3);
        var before = new float[800 * Bins];
        var after = new float[800 * Bins];

        FrontEnd.ComputeLogMel(longer.AsSpan(0, samples), 0, 800, before);
        FrontEnd.ComputeLogMel(longer, 0, 800, after);

        Assert.Equal(unchanged * Bins, before.AsSpan().CommonPrefixLength(after) / Bins * Bins);
    }

    [Fact, Trait("Category", "Conformance")]
    public void ComputeLogMel_SharedOutByRange_SameBits()
    {
        var expected = FrontEnd.Compute(Signals.Reference);
        var parts = new float[expected.Length];

        float maximum = float.NegativeInfinity;
        foreach (var (first, count) in new[] { (0, 1), (1, 40), (41, 58), (99, 1) })
        {
            var part = parts.AsSpan(first * Bins);
            maximum = MathF.Max(maximum, FrontEnd.ComputeLogMel(Signals.Reference, first, count, part));
        }

        LogMelFrontEnd.Normalize(parts, maximum, parts);

        Assert.Equal(expected, parts);
    }

    [Fact, Trait("Category", "Unit")]
    public void Compute_IntoCallersMemory_AllocatesNothing()
    {
        var features = new float[FrontEnd.FrameCount(Signals.Reference.Length) * Bins];
        FrontEnd.Compute(Signals.Reference, features);

        Assert.Equal(0, Allocations.Of(() => FrontEnd.Compute(Signals.Reference, features)));
    }

    [Fact, Trait("Category", "Unit")]
    public void Compute_OutputTooSmall_SaysWhatIsNeeded()
    {
        var refusal = Assert.Throws<ArgumentException>(() => FrontEnd.Compute(Signals.Reference, new float[12799]));

        Assert.Contains("12800", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData(0, 8000), InlineData(257, 8000), InlineData(128, 200), InlineData(128, -1)]
    public void Constructor_OptionOutOfRange_IsRefused(int bins, int minimumSamples) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new LogMelFrontEnd(new LogMelOptions { MelBins = bins, MinimumSamples = minimumSamples }));

    [Fact, Trait("Category", "Unit")]
    public void Compute_EightyBins_HasRowsOfEighty()
    {
        var frontEnd = new LogMelFrontEnd(new LogMelOptions { MelBins = 80 });

        Assert.Equal(100 * 80, frontEnd.Compute(Signals.Reference).Length);
    }

    private static float[] DirectLogMel(ReadOnlySpan<float> frame)
    {
        var power = new double[201];
        for (int k = 0; k <= 200; k++)
        {
            double re = 0, im = 0;
            for (int n = 0; n < 400; n++)
            {
                double windowed = frame[n] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / 400)));
                re += windowed * Math.Cos(2 * Math.PI * n * k / 400);
                im -= windowed * Math.Sin(2 * Math.PI * n * k / 400);
            }

            power[k] = (re * re) + (im * im);
        }

        var logMel = new float[Bins];
        FrontEnd.Bank.Log10Energies(power, logMel);
        return logMel;
    }
}

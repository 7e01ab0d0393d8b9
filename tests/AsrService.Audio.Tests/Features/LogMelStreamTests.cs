using AsrService.TestKit;

namespace AsrService.Audio.Tests;

public sealed class LogMelStreamTests
{
    private const int Bins = 128;

    private static readonly LogMelFrontEnd FrontEnd = new(LogMelOptions.Default);
    private static readonly LogMelFrontEnd Unpadded = new(new LogMelOptions { MinimumSamples = 0 });

    [Theory, Trait("Category", "Conformance")]
    [InlineData(1, 40), InlineData(2, 161), InlineData(3, 400), InlineData(4, 1000), InlineData(5, 9000)]
    [InlineData(6, 20000)]
    public void WriteFeatures_AnyChunking_SameBitsAsWholeClip(int seed, int longest)
    {
        var random = new Random(seed);
        var samples = Signals.Noise(20_000 + random.Next(160), seed);
        var stream = new LogMelStream(FrontEnd, expectedFrames: 0);

        foreach (var piece in Signals.Pieces(samples.Length, longest, random))
        {
            stream.Append(samples.AsSpan(piece));
            if (longest > 400 || random.Next(20) == 0) AssertSame(FrontEnd, stream, samples.AsSpan(..piece.End));
        }

        AssertSame(FrontEnd, stream, samples);
    }

    [Fact, Trait("Category", "Conformance")]
    public void WriteFeatures_EveryPrefixOfTwoHops_SameBitsAsWholeClip()
    {
        var samples = Signals.Noise(8_900, seed: 7);
        var padding = new LogMelStream(FrontEnd);
        var plain = new LogMelStream(Unpadded);

        for (int length = 0; length < samples.Length; length++)
        {
            if (length is >= 201 and < 700 or > 8_500) AssertSame(Unpadded, plain, samples.AsSpan(0, length));
            if (length is < 3 or > 7_700 and < 8_300) AssertSame(FrontEnd, padding, samples.AsSpan(0, length));
            padding.Append(samples.AsSpan(length, 1));
            plain.Append(samples.AsSpan(length, 1));
        }
    }

    [Theory, Trait("Category", "Conformance")]
    [InlineData(127_999, 0), InlineData(128_000, 1), InlineData(128_039, 1), InlineData(128_040, 0)]
    public void ProvisionalFrames_AtTheLiveEdge_CountsFramesThatReflect(int samples, int provisional)
    {
        var stream = new LogMelStream(FrontEnd);

        stream.Append(new float[samples]);

        // At 127,999 samples frame 798 is the last, and complete since 127,880.
        Assert.Equal(provisional, stream.ProvisionalFrames);
    }

    [Fact, Trait("Category", "Unit")]
    public void ProvisionalFrames_AnyMoreAudio_EarlierUnclampedFramesStay()
    {
        var samples = Signals.Noise(12_000, seed: 8);
        var final = new float[75 * Bins];
        FrontEnd.ComputeLogMel(samples, 0, 75, final);
        var stream = new LogMelStream(FrontEnd);

        for (int length = 0; length < 11_900; length += 97)
        {
            int kept = stream.FrameCount - stream.ProvisionalFrames;
            for (int frame = 0; frame < kept; frame++)
                Assert.Equal(final.AsSpan(frame * Bins, Bins).ToArray().Min(), stream.MinimumOf(frame, 1));
            stream.Append(samples.AsSpan(length, 97));
        }
    }

    [Fact, Trait("Category", "Unit")]
    public void Maximum_AndMinimumOf_AreThoseOfTheUnclampedValues()
    {
        var logMel = new float[100 * Bins];
        float maximum = FrontEnd.ComputeLogMel(Signals.Reference, 0, 100, logMel);
        var stream = new LogMelStream(FrontEnd);

        stream.Append(Signals.Reference);

        Assert.Equal(maximum, stream.Maximum);
        Assert.Equal(logMel.AsSpan(30 * Bins, 25 * Bins).ToArray().Min(), stream.MinimumOf(30, 25));
        Assert.True(stream.SealedMaximum <= maximum);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.MinimumOf(90, 11));
    }

    [Fact, Trait("Category", "Unit")]
    public void WriteFeatures_SomeFrames_AreThoseOfTheWhole()
    {
        var whole = FrontEnd.Compute(Signals.Reference);
        var stream = new LogMelStream(FrontEnd);
        stream.Append(Signals.Reference);
        var some = new float[20 * Bins];

        stream.WriteFeatures(80, 20, some);

        Assert.Equal(whole[(80 * Bins)..], some);
    }

    [Fact, Trait("Category", "Unit")]
    public void WriteFeatures_TooShortUnpadded_WritesNothing()
    {
        var stream = new LogMelStream(Unpadded);
        stream.Append(new float[200]);

        Assert.Equal(0, stream.WriteFeatures([]));
        Assert.Equal(float.NegativeInfinity, stream.Maximum);
    }

    [Fact, Trait("Category", "Unit")]
    public void Reset_SecondClip_IsAsFreshAndAllocatesNothing()
    {
        var stream = new LogMelStream(FrontEnd);
        var features = new float[101 * Bins];
        stream.Append(Signals.Noise(16_100, seed: 9));
        stream.WriteFeatures(features);

        long allocated = Allocations.Of(() =>
        {
            stream.Reset();
            stream.Append(Signals.Reference);
            stream.WriteFeatures(features);
        });

        Assert.Equal(0, allocated);
        AssertSame(FrontEnd, stream, Signals.Reference);
    }

    private static void AssertSame(LogMelFrontEnd frontEnd, LogMelStream stream, ReadOnlySpan<float> samples)
    {
        var expected = frontEnd.Compute(samples);
        var actual = new float[expected.Length];

        Assert.Equal(samples.Length, stream.SampleCount);
        Assert.Equal(expected.Length / Bins, stream.WriteFeatures(actual));
        Assert.True(expected.AsSpan().SequenceEqual(actual), $"Features differ at {samples.Length} samples.");
    }
}

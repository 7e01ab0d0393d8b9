using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Tests.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

[Trait("Category", "Conformance")]
public sealed class ClipTests
{
    /// <summary>Eight seconds hardly audible, then a voice, then a louder one: M rises in the second and third window.</summary>
    private static readonly float[] Rising =
    [
        .. TestSignals.Gain(TestSignals.Syllables(9), -35), .. TestSignals.Syllables(8, seed: 2), .. TestSignals.Gain(TestSignals.Syllables(4, seed: 3), 15),
    ];

    [Fact]
    public void Decode_GrowingClip_EncodesSealedWindowsOnceAndKeepsTheirPositions()
    {
        using var bench = new LoopBench();
        using var clip = bench.Recognizer.NewClip();
        float[] samples = TestSignals.Syllables(26);
        int head = bench.Recognizer.Format.HeadLength(DecodingConfig.Default);
        for (int at = 0; at < samples.Length; at += 8_000)
        {
            clip.Append(samples.AsSpan(at, 8_000));
            int windows = bench.Model.EncodedWindows, rows = bench.Model.Rows, kept = clip.KeptPositions;

            var job = Decode(bench.Recognizer, clip, isExact: false);

            int sealedBefore = Math.Max(0, (at - 40) / 128_000), sealedNow = (at + 8_000 - 40) / 128_000;
            Assert.Equal(sealedNow - sealedBefore + 1, bench.Model.EncodedWindows - windows);
            Assert.Equal(at == 0 ? 0 : head + sealedBefore * 104, kept);
            Assert.Equal(job.PromptIds.Count - kept + job.TokenCount, bench.Model.Rows - rows); // every other position once
        }
        Assert.Equal(head + 3 * 104, clip.KeptPositions);
    }

    [Fact]
    public void Decode_FinalAfterRisingMaximum_EncodesTheStaleWindowsAgainAndEqualsOffline()
    {
        using var recognizer = TinyRecognizer.New();
        var offline = recognizer.DecodeSegment(Rising, DecodingConfig.Default);

        foreach (int step in (int[])[4_000, 8_000, 13_333, 160_000])
        {
            using var clip = recognizer.NewClip();
            for (int at = 0; at < Rising.Length; at += step)
            {
                clip.Append(Rising.AsSpan(at, Math.Min(step, Rising.Length - at)));
                Decode(recognizer, clip, isExact: false);
            }
            var final = Decode(recognizer, clip, isExact: true);

            SegmentAssert.Same(offline, final.Finish());
            Assert.InRange(clip.ReencodedWindows, step == 160_000 ? 1 : 2, 2);
        }
    }

    [Fact]
    public void Decode_FinalOfEvenClip_EncodesNothingAgain()
    {
        using var recognizer = TinyRecognizer.New();
        float[] samples = [.. TestSignals.Gain(TestSignals.Syllables(1), 6), .. TestSignals.Noise(19, -25)]; // no value is 8 below M
        using var clip = recognizer.NewClip();
        for (int at = 0; at < samples.Length; at += 8_000)
        {
            clip.Append(samples.AsSpan(at, 8_000));
            Decode(recognizer, clip, isExact: false);
        }

        var final = Decode(recognizer, clip, isExact: true);

        SegmentAssert.Same(recognizer.DecodeSegment(samples, DecodingConfig.Default), final.Finish());
        Assert.Equal(0, clip.ReencodedWindows);
    }

    [Fact]
    public void Decode_EveryExactDecodingOfAGrowingClip_EqualsOffline()
    {
        using var recognizer = TinyRecognizer.New();
        var random = new Random(5);
        using var clip = recognizer.NewClip();
        int at = 0;
        while (at < Rising.Length)
        {
            int count = Math.Min(random.Next(1_000, 30_000), Rising.Length - at);
            clip.Append(Rising.AsSpan(at, count));
            at += count;
            var job = Decode(recognizer, clip, isExact: random.Next(2) == 0);
            if (!job.WasExact) continue;
            SegmentAssert.Same(recognizer.DecodeSegment(Rising.AsSpan(0, at), DecodingConfig.Default), job.Job.Finish());
        }
    }

    [Theory]
    [InlineData(128_000)]
    [InlineData(128_039)]
    [InlineData(128_040)] // the window is sealed, and nothing is open behind it
    [InlineData(128_160)]
    [InlineData(256_040)]
    public void Decode_ClipThatEndsAtAWindow_TwiceTheSame(int samples)
    {
        using var recognizer = TinyRecognizer.New();
        float[] sound = TestSignals.Syllables(17)[..samples];
        using var clip = recognizer.NewClip();
        clip.Append(sound);

        var first = Decode(recognizer, clip, isExact: false);
        var second = Decode(recognizer, clip, isExact: true);

        var offline = recognizer.DecodeSegment(sound, DecodingConfig.Default);
        SegmentAssert.Same(offline, first.Finish());
        SegmentAssert.Same(offline, second.Finish());
    }

    private static DecodedClip Decode(Recognizer recognizer, Clip clip, bool isExact)
    {
        var job = new DecodeJob(recognizer, clip, DecodingConfig.Default, isExact, ownsClip: false);
        using var steps = new ModelSteps<DecodeJob>(recognizer.Runner);
        while (!job.IsFinished)
        {
            if (job.NeedsEncoding) steps.Encode([job], int.MaxValue, static () => true);
            else if (job.NeedsPrefill) steps.Prefill([job], int.MaxValue);
            else steps.Decode([job]);
        }
        job.Release();
        Assert.Null(job.Fault);
        return new DecodedClip(job, isExact);
    }

    private sealed record DecodedClip(DecodeJob Job, bool WasExact)
    {
        public IReadOnlyList<int> PromptIds => Job.PromptIds;

        public int TokenCount => Job.TokenCount;

        public SegmentResult Finish() => Job.Finish();
    }
}

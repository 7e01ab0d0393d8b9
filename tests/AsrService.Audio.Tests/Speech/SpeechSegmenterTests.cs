using static AsrService.Audio.SegmentationEventKind;
using static AsrService.Audio.Tests.Segmentation;

namespace AsrService.Audio.Tests;

/// <summary>With a scripted detector; 16,000 samples are 1 s, a hop is 160.</summary>
[Trait("Category", "Unit")]
public sealed class SpeechSegmenterTests
{
    private static readonly EndpointingOptions Client = new() { Mode = EndpointingMode.Client };

    [Fact]
    public void Append_SpeechThenSilence_GivesPreRollAndEndpoint() => Assert.Equal(
        [
            SpeechFrom(16_000, 16_160), SegmentFrom(12_800, 16_160, onset: 16_000),
            SpeechTo(32_000, 40_000), SegmentTo(40_000, 40_000, SegmentEndReason.Endpoint),
        ],
        Of(Silence(48_000), ScriptedDetector.In(100..200)).Events);

    [Fact]
    public void Append_SpeechAtTheStart_ClipsThePreRollAtZero() =>
        Assert.Equal(SegmentFrom(0, 960, onset: 800), Of(Silence(16_000), ScriptedDetector.In(5..50)).Events[1]);

    [Fact]
    public void Append_SpeechSoonAfterAnEndpoint_ClipsThePreRollThere()
    {
        var run = Of(Silence(48_000), ScriptedDetector.In(50..100, 155..200));

        Assert.Equal([(4_800, 24_000), (24_000, 40_000)], run.Segments);
        Assert.Equal(SegmentFrom(24_000, 24_960, onset: 24_800), run.Events[5]);
    }

    [Fact]
    public void Append_ShortSilence_EndsNothing() =>
        Assert.Equal([(4_800, 40_000)], Of(Silence(48_000), ScriptedDetector.In(50..100, 149..200)).Segments);

    [Theory, InlineData(109, 100, 0), InlineData(5_000, 5_000, 500)]
    public void Append_OtherOptions_AreRoundedDownToHops(int silenceGiven, int silence, int pad)
    {
        var options = new EndpointingOptions
        {
            MinSilence = TimeSpan.FromMilliseconds(silenceGiven),
            SpeechPad = TimeSpan.FromMilliseconds(pad + (pad == 0 ? 9.9 : 0)),
        };

        var run = Of(Silence(160_000), ScriptedDetector.In(60..70), options);

        Assert.Equal([(9_600 - (pad * 16), 11_200 + (silence * 16))], run.Segments);
    }

    [Fact]
    public void Append_ClientMode_SilenceEndsSpeechButNoSegment() => Assert.Equal(
        [
            SpeechFrom(8_000, 8_160), SegmentFrom(4_800, 8_160, onset: 8_000), SpeechTo(16_000, 24_000),
            SpeechFrom(32_000, 32_160), SpeechTo(40_000, 48_000), SegmentTo(48_050, 48_050, SegmentEndReason.Finalize),
        ],
        Of(Silence(64_000), ScriptedDetector.In(50..100, 200..250), Client, calls: FinalizeAt(48_050)).Events);

    [Fact]
    public void FinalizeSegment_InSpeech_NextSegmentBeginsThere()
    {
        var run = Of(Silence(48_000), ScriptedDetector.In(50..150), calls: FinalizeAt(12_050));

        Assert.Equal(
            [
                SpeechFrom(8_000, 8_160), SegmentFrom(4_800, 8_160, onset: 8_000),
                SegmentTo(12_050, 12_050, SegmentEndReason.Finalize), SegmentFrom(12_050, 12_160, onset: 12_050),
                SpeechTo(24_000, 32_000), SegmentTo(32_000, 32_000, SegmentEndReason.Endpoint),
            ],
            run.Events);
    }

    [Fact]
    public void FinalizeSegment_InTrailingSilence_SpeechEndsLater() => Assert.Equal(
        [
            SpeechFrom(8_000, 8_160), SegmentFrom(4_800, 8_160, onset: 8_000),
            SegmentTo(20_000, 20_000, SegmentEndReason.Finalize), SpeechTo(16_000, 24_000),
        ],
        Of(Silence(48_000), ScriptedDetector.In(50..100), calls: FinalizeAt(20_000)).Events);

    [Fact]
    public void FinalizeSegment_InAShortSilence_SpeechGoesOnInTheNext() => Assert.Equal(
        [
            SpeechFrom(8_000, 8_160), SegmentFrom(4_800, 8_160, onset: 8_000),
            SegmentTo(20_000, 20_000, SegmentEndReason.Finalize), SegmentFrom(20_000, 20_960, onset: 20_800),
            SpeechTo(24_000, 32_000), SegmentTo(32_000, 32_000, SegmentEndReason.Endpoint),
        ],
        Of(Silence(48_000), ScriptedDetector.In(50..100, 130..150), calls: FinalizeAt(20_000)).Events);

    [Fact]
    public void FinalizeSegment_WithoutASegment_DoesNothing()
    {
        var run = Of(Silence(32_000), ScriptedDetector.In(100..150), calls: [FinalizeAt(15_000), FinalizeAt(15_000)]);

        Assert.Equal([(12_800, 32_000)], run.Segments);
    }

    [Fact]
    public void Append_DetectorThatHesitates_SpeechIsDatedBack()
    {
        static bool Speech(long hop) => hop is >= 20 and < 27 or >= 50 and < 100;

        var run = Of(Silence(32_000), new ScriptedDetector(Speech, minSpeechHops: 8));

        Assert.Equal(SpeechFrom(8_000, 9_280), run.Events[0]);
        Assert.Equal(SegmentFrom(4_800, 9_280, onset: 8_000), run.Events[1]);
        Assert.Equal(SpeechTo(16_000, 24_000), run.Events[2]);
        Assert.Equal(Enumerable.Range(0, 200).Select(hop => hop is >= 50 and < 100), run.Activity);
    }

    [Fact]
    public void Append_SuspectedSpeech_PutsTheEndpointOff()
    {
        static bool Speech(long hop) => hop is >= 50 and < 100 or >= 147 and < 200;

        Assert.Equal([(4_800, 40_000)], Of(Silence(48_000), new ScriptedDetector(Speech, 8)).Segments);
    }

    [Fact]
    public void Append_SuspicionThatFails_IsFollowedByTheEndpoint()
    {
        var run = Of(Silence(48_000), new ScriptedDetector(hop => hop is >= 50 and < 100 or >= 147 and < 153, 8));

        Assert.Equal([SpeechTo(16_000, 24_640), SegmentTo(24_640, 24_640, SegmentEndReason.Endpoint)], run.Events[2..]);
    }

    [Fact]
    public void JudgedSamples_SuspectedSpeech_IsNotAmongThem()
    {
        var detector = new ScriptedDetector(hop => hop is >= 2 and < 5 or >= 7 and < 12, minSpeechHops: 4);
        var segmenter = new SpeechSegmenter(new EndpointingOptions(), detector);
        List<long> judged = [];
        for (int hop = 0; hop < 13; hop++)
        {
            segmenter.Append(new float[160]);
            judged.Add(segmenter.JudgedSamples / 160);
        }

        Assert.Equal([1, 2, 2, 2, 2, 6, 7, 7, 7, 7, 11, 12, 13], judged);
    }

    [Theory]
    [InlineData(0), InlineData(159), InlineData(16_000)]
    public void Complete_InSilence_SaysNothing(int samples) =>
        Assert.Empty(Of(Silence(samples), ScriptedDetector.In()).Events);

    [Theory, InlineData(16_000), InlineData(16_159)]
    public void Complete_InSpeech_EndsBothAtTheLastSample(int samples)
    {
        var run = Of(Silence(samples), ScriptedDetector.In(50..200));

        Assert.Equal([SpeechTo(samples, samples), SegmentTo(samples, samples, SegmentEndReason.AudioEnd)], run.Events[2..]);
        Assert.Equal(16_000, run.Segmenter.JudgedSamples);
        Assert.Equal(100, run.Activity.Count);
    }

    [Fact]
    public void Complete_InTrailingSilence_SpeechEndedBefore()
    {
        var run = Of(Silence(20_001), ScriptedDetector.In(50..100));

        Assert.Equal([SpeechTo(16_000, 20_001), SegmentTo(20_001, 20_001, SegmentEndReason.AudioEnd)], run.Events[2..]);
    }

    [Fact]
    public void Complete_AfterAFinalizeInSpeech_EndsSpeechOnly() => Assert.Equal(
        [SegmentTo(16_000, 16_000, SegmentEndReason.Finalize), SpeechTo(16_000, 16_000)],
        Of(Silence(16_000), ScriptedDetector.In(50..200), calls: FinalizeAt(16_000)).Events[2..]);

    [Fact]
    public void Complete_Twice_SaysItOnceAndTakesNoMore()
    {
        var run = Of(Silence(16_000), ScriptedDetector.In(50..200));

        run.Segmenter.Complete();
        run.Segmenter.FinalizeSegment();

        Assert.False(run.Segmenter.TryRead(out _));
        Assert.Throws<InvalidOperationException>(() => run.Segmenter.Append(new float[1]));
    }

    [Fact]
    public void Append_SteadyState_AllocatesNothing()
    {
        var segmenter = new SpeechSegmenter(new EndpointingOptions());
        var samples = Signals.Noise(3200, seed: 1);
        var hops = new List<bool>(1000);
        void Second()
        {
            for (int i = 0; i < 5; i++) segmenter.Append(samples);
            hops.Clear();
            segmenter.TakeActivity(hops);
        }
        for (int i = 0; i < 10; i++) Second();

        Assert.Equal(0, TestKit.Allocations.Of(Second));
    }

    internal static SegmentationEvent SpeechFrom(long at, long decidedAt) => new(SpeechBegan, at, decidedAt);

    internal static SegmentationEvent SpeechTo(long at, long decidedAt) => new(SpeechEnded, at, decidedAt);

    internal static SegmentationEvent SegmentFrom(long at, long decidedAt, long onset) =>
        new(SegmentBegan, at, decidedAt) { Onset = onset };

    internal static SegmentationEvent SegmentTo(long at, long decidedAt, SegmentEndReason reason) =>
        new(SegmentEnded, at, decidedAt) { Reason = reason };

    private static float[] Silence(int samples) => new float[samples];
}

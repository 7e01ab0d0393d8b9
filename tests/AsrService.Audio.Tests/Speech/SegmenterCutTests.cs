using static AsrService.Audio.Tests.Segmentation;
using static AsrService.Audio.Tests.SpeechSegmenterTests;

namespace AsrService.Audio.Tests;

/// <summary>Segments that reach their longest, and options that change.</summary>
[Trait("Category", "Unit")]
public sealed class SegmenterCutTests
{
    private const int Second = 16_000;
    private static readonly EndpointingOptions Short =
        new() { MaxSegment = TimeSpan.FromSeconds(10), SpeechPad = TimeSpan.Zero };
    private static readonly EndpointingOptions ShortClient = Short with { Mode = EndpointingMode.Client };

    [Fact]
    public void Append_LongSpeech_IsCutAtTheQuietestPlaceTwice()
    {
        // Quiet places before 5 s of a segment do not count, nor those after the longest segment.
        var samples = Loud(30 * Second, quietAt: [4 * Second, 7 * Second, 13 * Second, 20 * Second]);

        var run = Of(samples, ScriptedDetector.In(0..2200), Short);

        Assert.Equal(
            [
                SpeechFrom(0, 160), SegmentFrom(0, 160, onset: 0),
                SegmentTo(7 * Second, 10 * Second, SegmentEndReason.MaxLength),
                SegmentFrom(7 * Second, 10 * Second, onset: 7 * Second),
                SegmentTo(13 * Second, 17 * Second, SegmentEndReason.MaxLength),
                SegmentFrom(13 * Second, 17 * Second, onset: 13 * Second),
                SpeechTo(22 * Second, 360_000), SegmentTo(360_000, 360_000, SegmentEndReason.Endpoint),
            ],
            run.Events);
    }

    [Fact]
    public void Append_CutBetweenHops_IsDecidedAtTheVerySample()
    {
        var samples = Loud(20 * Second, quietAt: 8 * Second);

        var run = Of(samples, ScriptedDetector.In(0..2200), Short, calls: FinalizeAt(237));

        Assert.Equal(SegmentTo(8 * Second, 237 + (10 * Second), SegmentEndReason.MaxLength), run.Events[4]);
        Assert.Equal([(0, 237), (237, 8 * Second), (8 * Second, 13 * Second)], run.Segments[..3]);
    }

    [Fact]
    public void Append_CutWhereSilenceHasBegun_RestEndsByTheOrdinaryRule()
    {
        var samples = Loud(12 * Second, quietAt: (int)(9.8 * Second));

        var run = Of(samples, ScriptedDetector.In(0..970), Short);

        Assert.Equal(
            [
                SegmentTo(156_800, 160_000, SegmentEndReason.MaxLength), SegmentFrom(156_800, 160_000, onset: 156_800),
                SpeechTo(155_200, 163_200), SegmentTo(163_200, 163_200, SegmentEndReason.Endpoint),
            ],
            run.Events[2..]);
    }

    [Fact]
    public void Append_EndpointAtTheLongest_IsAnEndpoint() => Assert.Equal(
        SegmentTo(10 * Second, 10 * Second, SegmentEndReason.Endpoint),
        Of(Loud(12 * Second), ScriptedDetector.In(0..950), Short).Events[^1]);

    [Fact]
    public void Append_ClientModeLongSilence_IsCutToo()
    {
        var run = Of(Loud(25 * Second, quietAt: [8 * Second, 14 * Second]), ScriptedDetector.In(0..100), ShortClient);

        Assert.Equal(
            [(0, 8 * Second), (8 * Second, 14 * Second), (14 * Second, 19 * Second), (19 * Second, 25 * Second)],
            run.Segments); // all the same from 19 s on: the earliest place wins
    }

    [Fact]
    public void Update_ToServerInSilence_EndsTheSegmentAfterTheCut()
    {
        var run = Of(Loud(15 * Second, quietAt: 8 * Second), ScriptedDetector.In(0..100), ShortClient,
            calls: UpdateAt(6 * Second, Short));

        Assert.Equal(SegmentTo(8 * Second, 10 * Second, SegmentEndReason.MaxLength), run.Events[3]);
        Assert.Equal(SegmentTo(160_160, 160_160, SegmentEndReason.Endpoint), run.Events[^1]);
    }

    [Fact]
    public void Update_AfterTheCut_DoesNotReachTheSegmentThatBeginsThere()
    {
        var run = Of(Loud(15 * Second, quietAt: 8 * Second), ScriptedDetector.In(0..100), ShortClient,
            calls: UpdateAt((8 * Second) + 1, Short));

        Assert.Equal(SegmentTo(15 * Second, 15 * Second, SegmentEndReason.AudioEnd), run.Events[^1]);
    }

    [Theory, InlineData(12_800, 48_000), InlineData(12_801, 40_000), InlineData(20_000, 40_000)]
    public void Update_AtThePreRollOrLater_DecidesWhichOptionsHold(int at, int end)
    {
        var slower = new EndpointingOptions { MinSilence = TimeSpan.FromSeconds(1) };

        var run = Of(new float[64_000], ScriptedDetector.In(100..200), calls: UpdateAt(at, slower));

        Assert.Equal([(12_800, end)], run.Segments);
    }

    [Fact]
    public void Update_Several_EachHoldsFromItsPlace()
    {
        var run = Of(
            new float[160_000], ScriptedDetector.In(100..200, 400..500, 700..800), calls:
            [
                UpdateAt(0, Pad(10)), UpdateAt(0, Pad(20)), UpdateAt(30_000, Pad(30)), UpdateAt(55_000, Pad(40)),
                UpdateAt(70_000, Pad(50)), UpdateAt(111_500, Pad(60)),
            ]);

        Assert.Equal([16_000 - 320, 64_000 - 640, 112_000 - 800], run.Segments.Select(segment => segment.Start));
    }

    [Fact]
    public void Update_OutOfRange_Throws()
    {
        var segmenter = new SpeechSegmenter(new EndpointingOptions());

        Assert.Throws<ArgumentOutOfRangeException>(() => segmenter.Update(Pad(501)));
    }

    private static EndpointingOptions Pad(int milliseconds) => new() { SpeechPad = TimeSpan.FromMilliseconds(milliseconds) };

    /// <summary>Constant, with 100 ms that are quieter from some places on, and silent at their first sample.</summary>
    private static float[] Loud(int samples, params int[] quietAt)
    {
        var loud = new float[samples];
        Array.Fill(loud, 0.5f);
        foreach (int at in quietAt)
        {
            loud.AsSpan(at, 1600).Fill(0.1f);
            loud[at] = 0;
        }
        return loud;
    }
}

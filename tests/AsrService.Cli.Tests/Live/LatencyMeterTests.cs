using AsrService.Cli.Live;
using AsrService.Cli.Tests.Service;
using AsrService.Contracts.V1;
using Xunit;

namespace AsrService.Cli.Tests.Live;

/// <summary>Audio of 10 s, written at speaking pace in blocks of 100 ms; a timestamp is a millisecond.</summary>
[Trait("Category", "Unit")]
public class LatencyMeterTests
{
    private readonly ArrivalTimes _arrivals = new();
    private readonly LatencyMeter _meter;

    public LatencyMeterTests()
    {
        for (int block = 1; block <= 100; block++) _arrivals.Add(TimeSpan.FromMilliseconds(100 * block), 100 * block);
        _meter = new LatencyMeter(new MillisecondClock(), _arrivals);
        Hear(0, new StreamingTranscribeResponse
        {
            Started = new Started
            {
                EffectiveConfig = new StreamingConfig
                {
                    Interim = new InterimOptions { Interval = FakeStream.Seconds(0.25) },
                    Endpointing = new EndpointingOptions { MinSilence = FakeStream.Seconds(0.7) },
                },
            },
        });
    }

    [Fact]
    public void Observe_ASegment_MeasuresAllFive()
    {
        Speech(650, SpeechBoundary.Begin, 0.5);
        Partial(780, "a", start: 0.3, end: 0.75);
        Partial(1_030, "a", start: 0.3, end: 1);
        Speech(2_720, SpeechBoundary.End, 2);
        Final(2_760, "a", start: 0.3, end: 2.7);

        Assert.Equal([-20], Milliseconds(_meter.Samples.FirstPartial)); // written with the block that ends at 0.8 s
        Assert.Equal([-20, 30], Milliseconds(_meter.Samples.Partial));
        Assert.Equal([720], Milliseconds(_meter.Samples.EndpointDelay));
        Assert.Equal([760], Milliseconds(_meter.Samples.Final));
        Assert.Equal([40], Milliseconds(_meter.Samples.FinalAfterEndpoint));
    }

    [Fact]
    public void Observe_Refinements_CountFromTheirOwnFinals()
    {
        Final(2_760, "a", start: 0.3, end: 2.7);
        Final(4_000, "b", start: 3, end: 4);
        Refinement(4_100, "b");
        Refinement(4_300, "a");
        Refinement(4_400, "of another call");

        Assert.Equal([100, 1_540], Milliseconds(_meter.Samples.Refinement));
    }

    [Fact]
    public void Observe_SkippedFirstRefresh_CountsFromWhereItWasDue()
    {
        Speech(650, SpeechBoundary.Begin, 0.5);

        Partial(1_850, "a", start: 0.3, end: 1.75);

        Assert.Equal([1_050], Milliseconds(_meter.Samples.FirstPartial));
    }

    [Fact]
    public void Observe_SegmentAfterAForcedCut_BeginsAtTheCut()
    {
        Speech(650, SpeechBoundary.Begin, 0.5);
        Partial(4_300, "b", start: 4, end: 4.25);

        Assert.Equal([0], Milliseconds(_meter.Samples.FirstPartial));
    }

    [Fact]
    public void Observe_FinalWithoutAnEndpoint_IsNoFinalLatency()
    {
        Speech(650, SpeechBoundary.Begin, 0.5);
        Speech(10_005, SpeechBoundary.End, 9.8); // the audio ended: no silence of 0.7 s came
        Final(10_010, "a", start: 0.3, end: 10);

        Assert.Empty(_meter.Samples.Final);
        Assert.Empty(_meter.Samples.EndpointDelay);
    }

    [Fact]
    public void Observe_TwoChannels_DoNotMix()
    {
        Speech(650, SpeechBoundary.Begin, 0.5, channel: 0);
        Speech(2_720, SpeechBoundary.End, 2, channel: 0);
        Speech(2_750, SpeechBoundary.Begin, 2.6, channel: 1);
        Final(2_760, "b", start: 0.3, end: 2.7, channel: 1);
        Final(2_800, "a", start: 0.3, end: 2.7, channel: 0);

        Assert.Equal([800], Milliseconds(_meter.Samples.Final));
    }

    private static IEnumerable<double> Milliseconds(IEnumerable<TimeSpan> times) => times.Select(time => time.TotalMilliseconds);

    private void Speech(long at, SpeechBoundary boundary, double offset, uint channel = 0) => Hear(at, new StreamingTranscribeResponse
    {
        Speech = new Speech { Boundary = boundary, Offset = FakeStream.Seconds(offset), Channel = channel },
    });

    private void Partial(long at, string id, double start, double end) => Hear(at, new StreamingTranscribeResponse
    {
        Result = new Result { ResultId = id, Start = FakeStream.Seconds(start), End = FakeStream.Seconds(end), TentativeText = "x" },
    });

    private void Final(long at, string id, double start, double end, uint channel = 0) => Hear(at, new StreamingTranscribeResponse
    {
        Result = new Result
        {
            ResultId = id, Start = FakeStream.Seconds(start), End = FakeStream.Seconds(end), StableText = "x", IsFinal = true, Channel = channel,
        },
    });

    private void Refinement(long at, string id) => Hear(at, new StreamingTranscribeResponse { Refinement = new Refinement { ResultId = id } });

    private void Hear(long at, StreamingTranscribeResponse message) => _meter.Observe(new LiveEvent(message, at));

    private sealed class MillisecondClock : TimeProvider
    {
        public override long TimestampFrequency => 1000;
    }
}

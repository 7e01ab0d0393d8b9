using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Cli.Live;

/// <summary>Latencies of one live stream as its client sees them; docs/cli.md defines each.</summary>
/// <param name="time">The clock of the arrival times.</param>
/// <param name="arrivals">Of the same stream.</param>
internal sealed class LatencyMeter(TimeProvider time, ArrivalTimes arrivals)
{
    private const int MostUnrefined = 64;

    private static readonly TimeSpan LatestFirstRefresh = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<uint, ChannelState> _channels = [];
    private readonly Queue<(string Id, long At)> _unrefined = []; // the newest finals
    private TimeSpan _interval = TimeSpan.FromMilliseconds(500), _minSilence = TimeSpan.FromMilliseconds(500);

    /// <summary>What was measured so far.</summary>
    public LatencySamples Samples { get; } = new();

    /// <summary>Takes the next event of the stream.</summary>
    public void Observe(LiveEvent live)
    {
        var message = live.Message;
        switch (message.EventCase)
        {
            case StreamingTranscribeResponse.EventOneofCase.Started:
                var config = message.Started.EffectiveConfig;
                _interval = config?.Interim?.Interval?.ToTimeSpan() ?? _interval;
                _minSilence = config?.Endpointing?.MinSilence?.ToTimeSpan() ?? _minSilence;
                break;
            case StreamingTranscribeResponse.EventOneofCase.Speech:
                ObserveSpeech(message.Speech, live.ReceivedAt);
                break;
            case StreamingTranscribeResponse.EventOneofCase.Result when message.Result.IsFinal:
                ObserveFinal(message.Result, live.ReceivedAt);
                break;
            case StreamingTranscribeResponse.EventOneofCase.Refinement:
                ObserveRefinement(message.Refinement, live.ReceivedAt);
                break;
            case StreamingTranscribeResponse.EventOneofCase.Result:
                ObservePartial(message.Result, live.ReceivedAt);
                break;
        }
    }

    private ChannelState Of(uint channel)
    {
        if (!_channels.TryGetValue(channel, out var state)) _channels.Add(channel, state = new ChannelState());
        return state;
    }

    private void ObserveSpeech(Speech speech, long at)
    {
        var state = Of(speech.Channel);
        var offset = Offset(speech.Offset);
        if (speech.Boundary == SpeechBoundary.Begin)
        {
            state.Onset = offset;
            state.End = null;
            return;
        }

        // The end of the audio and a finalize end speech too, but without the silence that an endpoint waits for.
        if (speech.Boundary != SpeechBoundary.End || arrivals.Find(offset + _minSilence) is null) return;
        if (Since(offset, at) is not { } delay) return;
        Samples.EndpointDelay.Add(delay);
        state.End = (offset, delay);
    }

    private void ObservePartial(Result result, long at)
    {
        if (Since(Offset(result.End), at) is { } latency) Samples.Partial.Add(latency);

        var state = Of(result.Channel);
        if (state.SegmentWithPartial == result.ResultId) return;
        state.SegmentWithPartial = result.ResultId;
        var start = Offset(result.Start);
        var onset = state.Onset > start ? state.Onset : start; // after a forced cut speech began before the segment
        var firstRefresh = onset + (_interval < LatestFirstRefresh ? _interval : LatestFirstRefresh);
        if (Since(firstRefresh, at) is { } firstLatency) Samples.FirstPartial.Add(firstLatency);
    }

    private void ObserveFinal(Result result, long at)
    {
        _unrefined.Enqueue((result.ResultId, at));
        if (_unrefined.Count > MostUnrefined) _unrefined.Dequeue();
        var state = Of(result.Channel);
        bool isEndpoint = state.End is { } end && end.Offset > Offset(result.Start) && end.Offset <= Offset(result.End);
        if (!isEndpoint || Since(state.End!.Value.Offset, at) is not { } latency) return;
        Samples.Final.Add(latency);
        Samples.FinalAfterEndpoint.Add(latency - state.End.Value.Delay);
        state.End = null;
    }

    private void ObserveRefinement(Refinement refinement, long at)
    {
        foreach (var (id, received) in _unrefined)
        {
            if (id == refinement.ResultId) Samples.Refinement.Add(time.GetElapsedTime(received, at));
        }
    }

    private TimeSpan? Since(TimeSpan offset, long at) =>
        arrivals.Find(offset) is { } arrived ? time.GetElapsedTime(arrived, at) : null;

    private static TimeSpan Offset(Duration? offset) => offset?.ToTimeSpan() ?? TimeSpan.Zero;

    private sealed class ChannelState
    {
        public TimeSpan Onset { get; set; }

        public (TimeSpan Offset, TimeSpan Delay)? End { get; set; }

        public string? SegmentWithPartial { get; set; }
    }
}

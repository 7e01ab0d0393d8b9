using AsrService.Cli.Live;
using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Cli.Load;

/// <summary>Measures one stream of one channel by its events.</summary>
/// <param name="time">The client's clock.</param>
/// <param name="client">The stream.</param>
/// <param name="phases">When the run begins and ends.</param>
/// <param name="ledger">Keeps the finals; null where nobody asks for them.</param>
internal sealed class StreamMeter(TimeProvider time, LiveClient client, LoadPhases phases, FinalsLedger? ledger)
{
    private readonly LatencyMeter _latencies = new(time, client.Arrivals);
    private readonly TextWatch _text = new();
    private TimeSpan? _speechFrom, _lastFinalStart;
    private (string Id, TimeSpan Heard) _lastPartial = ("", default);
    private StreamTotals? _totals;

    /// <summary>Complete after <see cref="Close"/>.</summary>
    public LoadFigures Figures { get; } = new();

    /// <summary>Takes the next event.</summary>
    public void Observe(LiveEvent live)
    {
        _latencies.Observe(live);
        Figures.Drain(_latencies.Samples);
        var message = live.Message;
        ObserveLag(message, live.ReceivedAt);
        switch (message.EventCase)
        {
            case StreamingTranscribeResponse.EventOneofCase.Speech:
                ObserveSpeech(message.Speech);
                break;
            case StreamingTranscribeResponse.EventOneofCase.Result:
                _text.Observe(message.Result);
                if (message.Result.IsFinal) ObserveFinal(message.Result);
                else ObservePartial(message.Result);
                break;
            case StreamingTranscribeResponse.EventOneofCase.Ended:
                _totals = message.Ended.Totals;
                break;
        }
    }

    /// <summary>Draws the balance when the stream is over.</summary>
    /// <param name="isComplete">Whether it ended by itself and with OK, so that nothing may be missing.</param>
    public void Close(bool isComplete)
    {
        Figures.Audio = client.Sent;
        if (_speechFrom is { } from && client.Sent > from) Figures.Speech += client.Sent - from;
        (Figures.WordsShown, Figures.WordsRewritten) = (_text.Shown, _text.Rewritten);
        (Figures.StableViolations, Figures.FinalsReplacingStable) = (_text.Violations, _text.FinalsReplacingStable);
        if (!isComplete) return;
        if (_text.IsSegmentOpen) Figures.Lost++;
        bool isBalanced = _totals is { } totals && totals.Finals == Figures.Finals
            && (Offset(totals.Audio) - client.Sent).Duration() < TimeSpan.FromMilliseconds(1);
        if (!isBalanced) Figures.Lost++;
    }

    private void ObserveLag(StreamingTranscribeResponse message, long at)
    {
        if (message.Cursors?.Processed is not { } processed || phases.WindowOf(at) is not { } window) return;
        var lag = client.Sent - processed.ToTimeSpan();
        (window == LoadWindow.Start ? Figures.LagAtStart : Figures.LagAtEnd).Add(lag);
    }

    private void ObserveSpeech(Speech speech)
    {
        var offset = Offset(speech.Offset);
        if (speech.Boundary == SpeechBoundary.Begin)
        {
            _speechFrom = offset;
            return;
        }

        if (_speechFrom is { } from) Figures.Speech += offset - from;
        _speechFrom = null;
    }

    private void ObservePartial(Result result)
    {
        Figures.Partials++;
        var heard = Offset(result.End);
        if (_lastPartial.Id == result.ResultId) Figures.Interval.Add(heard - _lastPartial.Heard);
        _lastPartial = (result.ResultId, heard);
    }

    private void ObserveFinal(Result result)
    {
        Figures.Finals++;
        var start = Offset(result.Start);
        if (start <= _lastFinalStart) Figures.Doubled++;
        _lastFinalStart = start;
        ledger?.Add(result);
    }

    private static TimeSpan Offset(Duration? offset) => offset?.ToTimeSpan() ?? TimeSpan.Zero;
}

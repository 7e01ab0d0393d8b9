using AsrService.Audio;
using AsrService.Engine.Sessions;

namespace AsrService.Engine.Diagnostics;

/// <summary>Takes a live channel's measures, so that the channel says no more than what happened.</summary>
/// <remarks>Guarded by the session's lock.</remarks>
internal sealed class ChannelMeasures(TranscriptionSession session, int channel, bool hasPartials)
{
    private readonly ArrivalLog _arrivals = new(session.Time);

    /// <summary>Samples up to an index are there now.</summary>
    public void Arrived(long end) => _arrivals.Append(end);

    /// <summary>So many samples are unprocessed now.</summary>
    public void Buffered(long samples) => session.Load.SetBuffered(channel, samples);

    /// <summary>The detector heard speech begin or end.</summary>
    public void Spoke(SegmentationEvent found)
    {
        bool isBegin = found.Kind == SegmentationEventKind.SpeechBegan;
        _arrivals.Spoke(isBegin, found.At);
        session.Load.SetSpeaking(channel, isBegin);
    }

    /// <summary>A refresh point is being taken.</summary>
    /// <param name="segment">Whose; its last point is still the one before.</param>
    /// <param name="to">The point.</param>
    /// <param name="skipped">Points left out.</param>
    /// <param name="lag">Samples received and not processed.</param>
    public void Refreshing(LiveSegment segment, long to, long skipped, long lag)
    {
        bool isFirst = segment.LastPoint < 0;
        long firstPoint = isFirst ? _arrivals.At(segment.Points.NextAfter(-1)) : segment.Timing.FirstPoint;
        segment.Timing = new ResultTiming(firstPoint, _arrivals.At(to), 0, null);
        if (!session.IsLive || !hasPartials) return;
        TimeSpan? sinceLast = isFirst ? null : SampleTime.Of(to - segment.LastPoint);
        session.Metrics.RefreshTaken(skipped, sinceLast);
        if (sinceLast is { } interval) session.Load.AddInterval(channel, interval);
        session.Metrics.LagSeen(SampleTime.Of(lag));
    }

    /// <summary>The end of a segment was decided on.</summary>
    public void Ended(LiveSegment segment)
    {
        long speechEnd = _arrivals.SpeechEndBefore(segment.End!.Value);
        segment.Timing = segment.Timing with { SpeechEnd = speechEnd, Trigger = TriggerOf(segment.Reason) };
        if (session.IsLive) session.Metrics.EndpointDecided(segment.Timing);
    }

    private static string TriggerOf(SegmentEndReason reason) => reason switch
    {
        SegmentEndReason.Endpoint => "vad",
        SegmentEndReason.Finalize => "client",
        SegmentEndReason.AudioEnd => "eof",
        _ => "max_length",
    };
}

namespace AsrService.Engine.Sessions;

/// <content>Who takes samples, and when they are let go.</content>
internal sealed partial class LiveChannel
{
    /// <summary>A copy of an ended segment's samples, before it is finished.</summary>
    public float[] SamplesOf(LiveSegment segment)
    {
        var samples = new float[segment.End!.Value - segment.Start];
        lock (_session.Gate) _samples.Read(segment.Start, samples);
        return samples;
    }

    /// <summary>Takes samples of a segment for its clip.</summary>
    private float[] Ingest(LiveSegment segment, long from, long to)
    {
        var samples = new float[to - from];
        _samples.Read(from, samples);
        segment.Ingested = to;
        _measures.Buffered(Unprocessed);
        if (segment.End is null)
        {
            long skipped = segment.Points.CountBetween(segment.LastPoint, to) - 1;
            _skipDebt = Math.Min(MaxSkipDebt, _skipDebt * SkipFading + skipped);
            _measures.Refreshing(segment, to, skipped, _samples.End - Processed);
            segment.LastPoint = to;
            segment.DueSince = DueNow(segment);
        }
        return samples;
    }

    private void ReleaseSamples()
    {
        long needed = _segments.TryPeek(out var first) ? first.Start : _input.Segmenter.PendingStart ?? _input.Segmenter.JudgedSamples - LookBack;
        _samples.Release(needed);
        _activity.Release(Math.Min(needed, _samples.Start));
    }
}

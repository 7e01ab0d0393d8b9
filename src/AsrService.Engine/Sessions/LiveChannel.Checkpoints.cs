namespace AsrService.Engine.Sessions;

/// <content>Where the channel can be gone on with.</content>
internal sealed partial class LiveChannel
{
    private const int MostKept = 8_000 - 160; // 0.5 s, less what the resampler looks back

    /// <summary>Updates that a segment may still begin before: the sample from which they hold, and where they came.</summary>
    private readonly Queue<(long At, long Place)> _updates = new();

    /// <summary>Everything from <see cref="Final"/> on is still to come.</summary>
    public ChannelCheckpoint Checkpoint
    {
        get
        {
            var next = _results.HeldSegment ?? (_segments.TryPeek(out var first) ? first : null);
            return new ChannelCheckpoint(
                Final, next?.Index ?? _nextIndex, _results.Published, next is null ? _input.Segmenter.State : next.Input!);
        }
    }

    /// <summary>
    /// <see cref="Settled"/>, but no further than a caller may forget: whoever goes on from there needs no sample from
    /// more than 0.5 s before, and no segment begins with settings that were replaced before.
    /// </summary>
    private long SettledForGood
    {
        get
        {
            long first = _input.Segmenter.State.First;
            while (_updates.TryPeek(out var update) && update.At <= Math.Max(first, _lastEnd)) _updates.Dequeue();
            long settled = Math.Max(_lastEnd, Math.Min(Settled, first + MostKept));
            return _updates.TryPeek(out var next) ? Math.Min(settled, next.Place) : settled;
        }
    }
}

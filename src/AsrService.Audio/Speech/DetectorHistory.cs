namespace AsrService.Audio;

/// <summary>The detector's states of the last seconds, every 200 ms: a segment is known late to have begun.</summary>
internal sealed class DetectorHistory
{
    /// <summary>Samples from one state to the next.</summary>
    public const int Step = AdaptiveVoiceActivityDetector.SavedHops * SpeechBands.Hop;

    private const int WarmUp = AdaptiveVoiceActivityDetector.WarmUpHops * SpeechBands.Hop;
    private const int Reach = CutSearch.Range + Resampler.OutputRate; // a forced cut, undecided hops

    private readonly Queue<(long At, byte[] State)> _entries = new();

    public DetectorHistory(long at, byte[] state) => _entries.Enqueue((at, state));

    /// <summary>Keeps the state of a detector that has heard so many samples, if it is one that can be kept.</summary>
    public void Look(AdaptiveVoiceActivityDetector detector, long at)
    {
        if (at % Step != 0) return;
        _entries.Enqueue((at, detector.Save()));
        while (_entries.Count > 1 && _entries.Peek().At < at - Reach - Step) _entries.Dequeue();
    }

    /// <summary>A state with the detector as it was last kept at or before a place.</summary>
    /// <param name="heard">The place.</param>
    /// <param name="earliest">First sample that a segment may need.</param>
    public SegmenterState At(long heard, long earliest)
    {
        long at = Math.Max(0, heard) / Step * Step;
        foreach (var (from, state) in _entries)
        {
            if (from != at) continue;
            return new SegmenterState { DetectorAt = at, Detector = state, First = Math.Max(0, Math.Min(at - WarmUp, earliest)) };
        }

        throw new InvalidOperationException($"No state of the detector at {at}.");
    }
}

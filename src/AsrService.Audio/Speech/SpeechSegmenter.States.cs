namespace AsrService.Audio;

/// <content>States, from which another segmenter goes on.</content>
/// <remarks>
/// <code>
/// from a state:  First ── nothing ──▶ _warmUpAt ── heard ──▶ DetectorAt ── judged ──▶ At ── decided ──▶
/// </code>
/// </remarks>
public sealed partial class SpeechSegmenter
{
    private readonly DetectorHistory? _detectorHistory;
    private readonly Queue<SegmenterState>? _states; // of the segments whose events wait; null: nobody wants to know
    private readonly long _warmUpAt;
    private SegmenterState? _from; // until all that it decided has been heard again
    private SegmenterState? _last; // after the end of the audio

    /// <summary>A segmenter that keeps states, for one channel from a place on.</summary>
    /// <param name="options">In force at that place; later updates are given again.</param>
    /// <param name="from">The state there; null for the first sample. Samples are appended from its
    /// <see cref="SegmenterState.First"/> on.</param>
    internal SpeechSegmenter(EndpointingOptions options, SegmenterState? from)
        : this(options)
    {
        _states = new();
        _detectorHistory = new DetectorHistory(from?.DetectorAt ?? 0, from?.Detector ?? []);
        if (from is null || from.At == 0) return;
        _from = from;
        if (from.Detector.Length > 0) Adaptive.Restore(from.Detector);
        _undecided = _detector.UndecidedHops;
        SampleCount = from.First;
        JudgedSamples = from.DetectorAt - ((long)_undecided * Hop);
        _warmUpAt = Math.Max(0, from.DetectorAt - (AdaptiveVoiceActivityDetector.WarmUpHops * Hop));
        (_lastEnd, _inSpeech, _speechEnd) = (from.LastEnd, from.InSpeech, from.SpeechEnd);
    }

    /// <summary>
    /// Start of a segment that a forced cut opened and that is not open again yet; null where there is none.
    /// </summary>
    internal long? PendingStart => _from?.Open;

    /// <summary>The state from which everything that has not been decided yet will be; no segment may be open, or only
    /// segments that are still to be read.</summary>
    internal SegmenterState State => _last ?? _from ?? StateBefore(JudgedSamples);

    private AdaptiveVoiceActivityDetector Adaptive => (AdaptiveVoiceActivityDetector)_detector;

    private long NextPlace => SampleCount < _warmUpAt ? _warmUpAt : _from!.At;

    /// <summary>The state at the beginning of the next segment whose event was read.</summary>
    internal SegmenterState TakeState() => _states!.Dequeue();

    /// <summary>With no segment open, and with hops from a place on that are not judged.</summary>
    private SegmenterState StateBefore(long at)
    {
        long earliest = Math.Max(_lastEnd, at - _history.LongestPad);
        return _detectorHistory!.At(at, earliest) with
        {
            At = at, LastEnd = _lastEnd, InSpeech = _inSpeech, SpeechEnd = _speechEnd,
        };
    }

    /// <summary>What lies between the cut and here was decided with the options of the segment before.</summary>
    private SegmenterState StateAfterCut(long cut) => _detectorHistory!.At(Math.Min(cut, JudgedSamples), cut) with
    {
        At = SampleCount, LastEnd = cut, InSpeech = _inSpeech, SpeechEnd = _speechEnd, Open = cut,
    };

    /// <summary>The end is a finalize to whoever goes on; hops that are undecided stay so.</summary>
    private void KeepLastState()
    {
        if (_states is null) return;
        long end = _isOpen ? SampleCount : _lastEnd;
        long earliest = Math.Max(end, JudgedSamples - _history.LongestPad);
        _last = _from ?? _detectorHistory!.At(JudgedSamples, earliest) with { At = JudgedSamples, LastEnd = end };
    }

    /// <summary>A hop that lies before <see cref="SegmenterState.At"/>.</summary>
    private void Recall(bool isSpeech)
    {
        if (isSpeech) JudgeAll(isSpeech: true);
        else JudgeDecided();
    }

    private void GoOn()
    {
        if (_from is not { } from || SampleCount < from.At) return;
        _from = null;
        if (from.Open is { } cut) Open(cut, from);
    }
}

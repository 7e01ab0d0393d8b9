namespace AsrService.Audio;

/// <summary>
/// Cuts a live channel at 16 kHz into segments, clips that are decoded alone. Events depend on the samples and on the
/// sample at which a method was called, never on how the samples were divided into chunks.
/// </summary>
/// <remarks>
/// <code>
/// segment:  closed ── speech ──▶ open ── silence (server), finalize, end ──▶ closed
///                                open ── longest segment ──▶ open, from the cut on
/// speech:   quiet ── first speech hop ──▶ speech ── MinSilence without one ──▶ quiet
/// </code>
/// A segment is at most <see cref="EndpointingOptions.MaxSegment"/> long, segments do not overlap, and all speech lies
/// in one, save less than 10 ms behind the last whole hop. Memory is bounded as long as events and activity are taken.
/// Not thread-safe.
/// </remarks>
public sealed partial class SpeechSegmenter
{
    private const int Hop = SpeechBands.Hop;
    private const int MostUndecidedHops = 50;

    private readonly IVoiceActivityDetector _detector;
    private readonly EndpointingHistory _history;
    private readonly CutSearch _search = new();
    private readonly Queue<SegmentationEvent> _events = new();
    private readonly List<bool> _activity = [];
    private readonly float[] _hop = new float[Hop];
    private int _hopFill;
    private int _undecided; // hops without speech that may turn out to be the onset of it
    private bool _inSpeech;
    private long _speechEnd; // end of the last hop with speech
    private bool _isOpen;
    private long _start; // of the open segment
    private long _lastEnd; // of the segment before
    private EndpointingOptions _options; // of the open segment, or else of the last one
    private bool _isComplete;

    /// <summary>A segmenter for one channel.</summary>
    /// <param name="options">When segments end.</param>
    /// <param name="detector">In its initial state and used by nobody else; null for an
    /// <see cref="AdaptiveVoiceActivityDetector"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SpeechSegmenter(EndpointingOptions options, IVoiceActivityDetector? detector = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _history = new EndpointingHistory(options);
        _detector = detector ?? new AdaptiveVoiceActivityDetector();
    }

    /// <summary>Samples appended; those before the first one that a state asked for count too.</summary>
    public long SampleCount { get; private set; }

    /// <summary>
    /// Samples known to be speech or not: all whole hops but those in which the detector suspects the onset of speech.
    /// </summary>
    public long JudgedSamples { get; private set; }

    /// <summary>Takes the next samples in, any number.</summary>
    /// <exception cref="InvalidOperationException">The audio is complete.</exception>
    public void Append(ReadOnlySpan<float> samples)
    {
        if (_isComplete) throw new InvalidOperationException("Samples after the audio was completed.");
        while (!samples.IsEmpty)
        {
            int count = Math.Min(samples.Length, Hop - _hopFill);
            if (_isOpen) count = (int)Math.Min(count, LongestEnd - SampleCount);
            if (_from is not null) count = (int)Math.Min(count, NextPlace - SampleCount);
            Take(samples[..count]);
            samples = samples[count..];
            if (_hopFill == Hop) JudgeHop();
            if (_from is not null) GoOn();
            if (_isOpen && SampleCount == LongestEnd) Cut();
        }
    }

    /// <summary>
    /// Changes the options for segments whose first sample, pre-roll included, is at or after
    /// <see cref="SampleCount"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public void Update(EndpointingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _history.Add(SampleCount, options);
    }

    /// <summary>
    /// Ends the open segment, if there is one, at <see cref="SampleCount"/>. Speech that goes on opens the next one
    /// there.
    /// </summary>
    public void FinalizeSegment()
    {
        if (_isOpen) Close(SegmentEndReason.Finalize, SampleCount);
    }

    /// <summary>Says that no more audio comes: speech and the open segment end.</summary>
    public void Complete()
    {
        if (_isComplete) return;
        _isComplete = true;
        KeepLastState();
        JudgeAll(isSpeech: false);
        bool endsInSpeech = _speechEnd == SampleCount - _hopFill;
        if (_inSpeech) EndSpeech(endsInSpeech ? SampleCount : _speechEnd);
        if (_isOpen) Close(SegmentEndReason.AudioEnd, SampleCount);
    }

    /// <summary>The next event, if there is one; in the order in which they were decided.</summary>
    public bool TryRead(out SegmentationEvent e) => _events.TryDequeue(out e);

    /// <summary>Moves out whether each hop had speech, for those judged since the last call, from hop 0 on.</summary>
    /// <param name="hops">They are added to it.</param>
    public void TakeActivity(List<bool> hops)
    {
        ArgumentNullException.ThrowIfNull(hops);
        hops.AddRange(_activity);
        _activity.Clear();
    }

    private long LongestEnd => _start + _options.MaxSegmentSamples;

    private void Take(ReadOnlySpan<float> samples)
    {
        if (_from is null || SampleCount >= _warmUpAt)
        {
            samples.CopyTo(_hop.AsSpan(_hopFill));
            _hopFill += samples.Length;
        }

        if (_isOpen) _search.Add(SampleCount, samples);
        SampleCount += samples.Length;
    }

    private void JudgeHop()
    {
        _hopFill = 0;
        if (_from is { } from && SampleCount <= from.DetectorAt)
        {
            Adaptive.WarmUp(_hop);
            return;
        }

        _undecided++;
        bool isSpeech = _detector.Process(_hop);
        if (_states is not null) _detectorHistory!.Look(Adaptive, SampleCount);
        if (_from is not null && SampleCount <= _from.At) Recall(isSpeech);
        else if (isSpeech) HearSpeech();
        else HearSilence();
    }

    private void HearSpeech()
    {
        long onset = SampleCount - ((long)_undecided * Hop);
        var before = _isOpen || _states is null ? null : StateBefore(onset);
        JudgeAll(isSpeech: true);
        _speechEnd = SampleCount;
        if (!_inSpeech) Add(SegmentationEventKind.SpeechBegan, onset);
        _inSpeech = true;
        if (!_isOpen) Open(onset, before);
    }

    private void HearSilence()
    {
        JudgeDecided();
        if (_undecided > 0) return; // an endpoint here might cut a word
        if (_inSpeech && SampleCount - _speechEnd >= _options.MinSilenceHops * Hop) EndSpeech(_speechEnd);
        if (_isOpen && !_inSpeech && _options.Mode == EndpointingMode.Server)
            Close(SegmentEndReason.Endpoint, SampleCount);
    }

    private void EndSpeech(long at)
    {
        _inSpeech = false;
        Add(SegmentationEventKind.SpeechEnded, at);
    }

    private void Cut()
    {
        long cut = _search.Find();
        Close(SegmentEndReason.MaxLength, cut);
        Open(cut, _states is null ? null : StateAfterCut(cut));
    }

    private void Open(long onset, SegmenterState? state)
    {
        _options = _history.At(onset, _lastEnd, out _start);
        _isOpen = true;
        _search.Begin(LongestEnd - CutSearch.Range);
        if (state is not null) _states?.Enqueue(state with { First = Math.Min(state.First, _start) });
        Add(SegmentationEventKind.SegmentBegan, _start, onset: Math.Max(onset, _start));
    }

    private void Close(SegmentEndReason reason, long end)
    {
        _isOpen = false;
        _lastEnd = end;
        Add(SegmentationEventKind.SegmentEnded, end, reason: reason);
    }

    /// <summary>Judges the hops that the detector no longer suspects.</summary>
    private void JudgeDecided()
    {
        int undecided = Math.Min(_detector.UndecidedHops, MostUndecidedHops);
        while (_undecided > undecided) Judge(isSpeech: false);
    }

    private void JudgeAll(bool isSpeech)
    {
        while (_undecided > 0) Judge(isSpeech);
    }

    private void Judge(bool isSpeech)
    {
        _undecided--;
        _activity.Add(isSpeech);
        JudgedSamples += Hop;
    }

    private void Add(SegmentationEventKind kind, long at, long onset = 0, SegmentEndReason reason = SegmentEndReason.None) =>
        _events.Enqueue(new SegmentationEvent(kind, at, SampleCount) { Onset = onset, Reason = reason });
}

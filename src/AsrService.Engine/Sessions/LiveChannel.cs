using AsrService.Audio;
using AsrService.Engine.Batching;
using AsrService.Engine.Diagnostics;
using AsrService.Models;

namespace AsrService.Engine.Sessions;

/// <summary>
/// One channel of a session: the writer puts samples in, the loop takes refreshes and finals out, one at a time and in
/// the order of the audio.
/// </summary>
/// <remarks>
/// The writer's members and <see cref="TryPeek"/> are guarded by the session's lock. What a segment's refreshes and final
/// are given depends on samples only; the loop's pace decides no more than which refresh points are skipped.
/// </remarks>
internal sealed partial class LiveChannel : IWorkSource
{
    private const int LookBack = 16_000; // samples before the judged ones that a segment may begin with: pre-roll and more

    private const double MaxSkipDebt = 16; // points
    private const double SkipFading = 0.95;

    private readonly TranscriptionSession _session;
    private readonly int _channel;
    private readonly SessionOptions _options;
    private readonly ChannelInput _input;
    private readonly SettingsHistory _settings;
    private readonly SampleBuffer _samples;
    private readonly ActivityLog _activity;
    private readonly Queue<LiveSegment> _segments = new();
    private readonly Queue<SegmentationEvent> _speech = new(); // not published yet
    private readonly LiveResults _results;
    private readonly ChannelMeasures _measures;
    private LiveSegment? _open;
    private int _nextIndex;
    private bool _isBusy;
    private bool _isComplete;
    private double _skipDebt; // points skipped of late
    private long _processed, _final;
    private long _lastEnd; // of a segment; a finalize may lie behind what has been judged

    /// <param name="session">Whose channel it is.</param>
    /// <param name="channel">Which.</param>
    /// <param name="options">In force at the final cursor of the session.</param>
    /// <param name="from">Where to go on; null for the first sample.</param>
    public LiveChannel(TranscriptionSession session, int channel, SessionOptions options, ChannelCheckpoint? from)
    {
        (_session, _channel, _options) = (session, channel, options);
        _input = new ChannelInput(options.SampleRate, options.Endpointing, from?.Input);
        long first = from?.Input.First ?? 0;
        _samples = new SampleBuffer(first);
        _activity = new ActivityLog(first, _input.Segmenter.JudgedSamples);
        (_final, _nextIndex, _lastEnd) = (from?.Final ?? 0, from?.NextIndex ?? 0, from?.Input.LastEnd ?? 0);
        _settings = new SettingsHistory(new SegmentSettings(0, options.Context, options.Language, 0, options.Endpointing.MaxSegment));
        _results = new LiveResults(session, channel, options, from?.Languages ?? default);
        _measures = new ChannelMeasures(session, channel, !options.Interim.Disabled);
    }

    public IModelRunner Runner => _session.Recognizer.Runner;

    public bool IsClosed => _session.IsClosed;

    /// <summary>The way in, which says what frames are needed.</summary>
    public ChannelInput Input => _input;

    /// <summary>Samples that the loop has not taken into a clip and nobody has judged silent.</summary>
    public long Unprocessed => _samples.End - Math.Max(Processed, _segments.TryPeek(out var first) ? first.Ingested : 0);

    /// <summary>Heard by the newest hypothesis, or judged silent; never falls.</summary>
    public long Processed => _processed = Math.Max(_processed, _segments.TryPeek(out var first) ? first.Heard : Settled);

    /// <summary>Covered by finals, or silent; never falls.</summary>
    public long Final => _final = Math.Max(
        _final, _results.HeldFrom ?? (_segments.TryPeek(out var first) ? first.Start : SettledForGood));

    /// <summary>Samples of segments that have ended.</summary>
    public long Speech { get; private set; }

    /// <summary>Samples held for segments that may still need them.</summary>
    public long Held => _samples.End - _samples.Start;

    public bool IsDone => _isComplete && _segments.Count == 0;

    /// <summary>Who skipped more goes earlier: under load everybody skips the same share.</summary>
    private long Credit => (long)(_skipDebt * _options.Interim.Interval.TotalSeconds * _session.Time.TimestampFrequency);

    /// <summary>Up to where there is nothing left to do while no segment is there.</summary>
    private long Settled => _isComplete
        ? _samples.End
        : _input.Segmenter.PendingStart ?? Math.Max(_input.Segmenter.JudgedSamples, _lastEnd);

    /// <returns>Whether the loop has something to do now.</returns>
    public bool Append(ReadOnlySpan<float> frames)
    {
        _samples.Append(_input.Append(frames, _channel, _options.Channels));
        _measures.Arrived(_samples.End);
        return TakeEvents();
    }

    public bool FinalizeSegment()
    {
        _input.FinalizeSegment();
        return TakeEvents();
    }

    /// <param name="update">What changes.</param>
    /// <param name="place">Samples that the frames so far become.</param>
    public void Update(SessionUpdate update, long place)
    {
        var now = _settings.Newest;
        _updates.Enqueue((_samples.End, place));
        if (update.Endpointing is not null) _input.Segmenter.Update(update.Endpointing);
        _settings.Add(new SegmentSettings(
            _samples.End, update.Context ?? now.Context, update.Language ?? now.Language,
            update.Language is null ? now.LanguageEpoch : now.LanguageEpoch + 1,
            update.Endpointing?.MaxSegment ?? now.MaxSegment));
    }

    public bool Complete()
    {
        _samples.Append(_input.Complete());
        _measures.Arrived(_samples.End);
        bool hasWork = TakeEvents();
        _isComplete = true;
        return hasWork;
    }

    public bool TryPeek(out WorkRank rank)
    {
        rank = default;
        lock (_session.Gate)
        {
            if (_isBusy || !_segments.TryPeek(out var segment) || segment.DueSince is not { } due) return false;
            if (_session.IsReaderAwaited) return false;
            var files = _session.FileAdmission;
            if (files is not null && segment.End is not null && !files.HasBlocks(this, files.SegmentBlocks)) return false;
            var workClass = files is not null ? WorkClass.File : segment.End is not null ? WorkClass.Final
                : segment.LastPoint < 0 ? WorkClass.FirstRefresh : WorkClass.Refresh;
            rank = new WorkRank(workClass, due, workClass == WorkClass.Refresh ? Credit : 0);
            return true;
        }
    }

    public BatchWork? Start()
    {
        if (!TryPeek(out var rank)) return null;
        LiveSegment segment;
        float[] samples;
        bool[] activity;
        bool isFinal; // decided here, once: the writer may end the segment at any time after
        bool isCutBack; // the clip has heard more than the segment turned out to hold
        lock (_session.Gate)
        {
            segment = _segments.Peek();
            isFinal = segment.End is not null;
            if (isFinal) rank = rank with { Class = _session.FinalClass };
            long to = segment.End ?? segment.Points.NewestAt(_samples.End);
            isCutBack = to < segment.Ingested;
            samples = Ingest(segment, isCutBack ? segment.Start : segment.Ingested, to);
            activity = _activity.Read(segment.Start, segment.End ?? segment.LastPoint);
        }
        _session.SignalSpace();

        segment.Clip ??= _session.Recognizer.NewClip();
        if (isCutBack) segment.Clip.Restart(samples);
        else segment.Clip.Append(samples);
        if (!isFinal && _options.Interim.Disabled) return null;
        _isBusy = true;
        var work = _results.Begin(this, segment, isFinal, rank, activity, Finished);
        if (_session.FileAdmission is { } files)
        {
            files.TakeBlocks(files.SegmentBlocks);
            work.Returned = () => files.ReturnBlocks(files.SegmentBlocks);
        }
        return work;
    }

    public void Fail(Exception fault) => _session.Fail(fault);

    public void Release()
    {
        _session.FileAdmission?.Forget(this);
        lock (_session.Gate)
        {
            foreach (var segment in _segments) segment.Clip?.Dispose();
            _segments.Clear();
        }
    }

    /// <summary>Whether a segment follows the first one already, as it does on a cut.</summary>
    public bool HasNext
    {
        get
        {
            lock (_session.Gate) return _segments.Count > 1;
        }
    }

    private void Finished(LiveSegment segment, bool isFinal)
    {
        lock (_session.Gate)
        {
            _isBusy = false;
            if (!isFinal)
            {
                segment.Heard = segment.LastPoint;
                return;
            }
            _segments.Dequeue();
            _lastEnd = segment.End!.Value;
            Speech += _lastEnd - segment.Start;
            ReleaseSamples();
            _measures.Buffered(Unprocessed);
        }
        _session.SignalSpace(); // the silence behind the segment counts as processed now
    }

    private long? DueNow(LiveSegment segment) =>
        _samples.End >= segment.Points.NextAfter(Math.Max(segment.LastPoint, 0)) ? _session.Time.GetTimestamp() : null;

    /// <summary>Brings segments up to date with what the segmenter found in the newest samples.</summary>
    private bool TakeEvents()
    {
        _activity.Append(_input.Activity);
        bool hasWork = false;
        while (_input.Segmenter.TryRead(out var found))
        {
            switch (found.Kind)
            {
                case SegmentationEventKind.SegmentBegan: Open(found); break;
                case SegmentationEventKind.SegmentEnded: hasWork |= End(found); break;
                default:
                    _measures.Spoke(found);
                    _speech.Enqueue(found);
                    break;
            }
        }
        if (_open is { DueSince: null })
        {
            _open.DueSince = DueNow(_open);
            hasWork |= _open.DueSince is not null;
        }
        ReleaseSamples();
        PublishSpeech();
        _measures.Buffered(Unprocessed);
        return hasWork;
    }

    /// <summary>Comes last: without their segments, the cursors would go past samples that are neither silent nor final.</summary>
    private void PublishSpeech()
    {
        while (_speech.TryDequeue(out var found))
        {
            bool isBegin = found.Kind == SegmentationEventKind.SpeechBegan;
            _session.Publish(new SpeechEvent(_channel, isBegin, SampleTime.Of(found.At)));
        }
    }

    private void Open(SegmentationEvent began)
    {
        int interval = (int)(_options.Interim.Interval.Ticks / SampleTime.Ticks);
        _open = new LiveSegment(
            _nextIndex++, began.At, _settings.At(began.At), new RefreshPoints(began.Onset, interval), _options.Interim.Agreement,
            _input.Segmenter.TakeState());
        _segments.Enqueue(_open);
    }

    private bool End(SegmentationEvent ended)
    {
        (_open!.End, _open.Reason, _open.DueSince) = (ended.At, ended.Reason, _session.Time.GetTimestamp());
        _measures.Ended(_open);
        _open = null;
        return true;
    }
}

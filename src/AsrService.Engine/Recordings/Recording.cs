using System.Diagnostics;
using AsrService.Audio;
using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;
using AsrService.Engine.LongForm;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Recordings;

/// <summary>One recording on its way: read bit by bit, cut into pieces, its results put back in order.</summary>
internal sealed class Recording : IDisposable
{
    private const int ReadSamples = 16_000;

    private readonly SpeechReader? _reader;
    private readonly LongAudioSplitter _splitter;
    private readonly List<TranscribedSegment?> _segments = [];
    private readonly float[] _buffer = new float[ReadSamples];
    private readonly long _started = Stopwatch.GetTimestamp();
    private ReadOnlyMemory<float> _unread;
    private bool _isRead;
    private int _open;

    public Recording(int source, SpeechReader reader, TimeSpan maxSegment)
    {
        Source = source;
        _reader = reader;
        _splitter = new LongAudioSplitter(new SplitOptions { MaxPiece = maxSegment });
    }

    /// <summary>A recording that could not be opened, waiting for its turn to be reported.</summary>
    public Recording(int source, Exception fault)
    {
        (Source, Fault) = (source, fault);
        _splitter = new LongAudioSplitter(new SplitOptions());
    }

    public int Source { get; }

    public Exception? Fault { get; set; }

    /// <summary>Whether every piece has been handed out.</summary>
    public bool IsRead => _isRead || Fault is not null;

    public bool IsFinished => _open == 0 && IsRead;

    public TimeSpan Done { get; private set; }

    public TimeSpan? Total => _isRead ? _reader?.Duration : _reader?.SampleCount is { } count ? ToTime(count) : null;

    /// <summary>Reads up to the end of the next piece.</summary>
    /// <exception cref="AudioFormatException">The file turns out to be broken.</exception>
    public bool TryNextPiece(out RecordingPiece piece)
    {
        piece = default;
        if (IsRead) return false;
        AudioPiece cut;
        float[] samples;
        while (!_splitter.TryTake(out cut, out samples)) Fill(); // there is a last piece, however short
        _isRead = _splitter.IsDone;
        piece = new RecordingPiece(this, _segments.Count, cut, samples);
        _segments.Add(null);
        _open++;
        return true;
    }

    public void Complete(RecordingPiece piece, SegmentResult? result, Exception? fault)
    {
        _open--;
        Fault ??= fault;
        if (result is null) return;
        var start = ToTime(piece.Cut.Start);
        var length = ToTime(piece.Cut.Length);
        _segments[piece.Index] = new TranscribedSegment(start, start + length, result);
        Done += length;
    }

    public RecordingOutcome Finish(Language? forced)
    {
        if (Fault is not null) return new RecordingOutcome(Source, null, Fault);
        var segments = _segments.Select(segment => segment!).Where(segment => segment.End > segment.Start).ToList();
        var times = segments.Aggregate(default(StageTimes), (sum, s) => sum + s.Result.Times);
        bool hasEmptyTail = segments.Count > 1 && segments[^1].Result.Remarks.HasFlag(SegmentRemarks.NonSpeech);
        if (hasEmptyTail) segments.RemoveAt(segments.Count - 1);
        return new RecordingOutcome(
            Source,
            new RecordingTranscript
            {
                Duration = _reader!.Duration,
                Text = new TranscriptMerger().MergeTexts(segments.Select(s => s.Result.Text)),
                Language = TranscriptMerger.MergeLanguages(segments.Select(s => s.Result.Language), forced?.Name),
                Segments = segments,
                Times = times,
                Elapsed = Stopwatch.GetElapsedTime(_started),
            },
            null);
    }

    public void Dispose() => _reader?.Dispose();

    private void Fill()
    {
        if (_unread.IsEmpty)
        {
            int count = _reader!.Read(_buffer);
            _unread = _buffer.AsMemory(0, count);
            if (count == 0)
            {
                _splitter.Complete();
                return;
            }
        }
        _unread = _unread[_splitter.Append(_unread.Span)..];
    }

    private static TimeSpan ToTime(long samples) => TimeSpan.FromTicks(samples * (TimeSpan.TicksPerSecond / 16_000));
}

/// <summary>A piece of a recording, with its place among the others.</summary>
internal readonly record struct RecordingPiece(Recording Recording, int Index, AudioPiece Cut, float[] Samples)
{
    /// <summary>Its result, without the zeros that a short piece is filled up with.</summary>
    public DecodedSegment Decoded(SegmentResult result) =>
        new(TimeSpan.FromTicks(Cut.Start * (TimeSpan.TicksPerSecond / 16_000)), Samples.AsMemory(0, Cut.Length), result);
}

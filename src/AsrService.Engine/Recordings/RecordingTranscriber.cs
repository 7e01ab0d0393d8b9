using AsrService.Audio;
using AsrService.Engine.Alignment;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;

namespace AsrService.Engine.Recordings;

/// <summary>Transcribes whole recordings, many at once: their pieces share one batch, their results come in order.</summary>
/// <remarks>
/// A file is opened when the batch has room for it, and only the pieces being decoded are in memory, so neither the number
/// of files nor their length matters. A file that fails takes nothing with it. Not thread-safe: it owns the model while it
/// runs.
/// </remarks>
public sealed class RecordingTranscriber
{
    private readonly Recognizer _recognizer;
    private readonly RecordingOptions _options;

    /// <summary>Transcribes on a recognizer, which stays the caller's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public RecordingTranscriber(Recognizer recognizer, RecordingOptions options)
    {
        options.Validate();
        (_recognizer, _options) = (recognizer, options);
    }

    /// <summary>Transcribes every source.</summary>
    /// <param name="sources">Each opens one recording, or throws <see cref="AudioFormatException"/>.</param>
    /// <param name="finished">Called once for every source, in their order.</param>
    /// <param name="progressed">Called after every step for each recording that came further.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    /// <param name="decoded">Called with every segment that has text, as soon as it is decoded, with its source.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; files are closed.</exception>
    public void Run(
        IReadOnlyList<Func<SpeechReader>> sources, Action<RecordingOutcome> finished,
        Action<RecordingProgress>? progressed, CancellationToken cancellationToken,
        Action<int, DecodedSegment>? decoded = null)
    {
        using var run = new RecordingRun(_recognizer, _options, sources, finished, progressed, decoded);
        do cancellationToken.ThrowIfCancellationRequested();
        while (run.Step());
    }
}

/// <summary>The state of one <see cref="RecordingTranscriber.Run"/>.</summary>
internal sealed class RecordingRun(
    Recognizer recognizer, RecordingOptions options, IReadOnlyList<Func<SpeechReader>> sources,
    Action<RecordingOutcome> finished, Action<RecordingProgress>? progressed, Action<int, DecodedSegment>? decoded) : IDisposable
{
    private readonly SegmentBatch<RecordingPiece> _batch = new(recognizer.Runner, options.BatchSize);
    private readonly Queue<Recording> _recordings = new(); // opened and not yet handed over, in order
    private Recording? _reading;
    private (RecordingPiece Piece, DecodeJob Job)? _waiting;
    private RecordingPiece _next;
    private int _nextSource;

    /// <returns>False when everything is done.</returns>
    public bool Step()
    {
        FillBatch();
        if (_batch.Count > 0) _batch.Step(Complete);
        while (_recordings.TryPeek(out var first) && first.IsFinished)
        {
            _recordings.Dequeue().Dispose();
            finished(first.Finish(options.Decoding.Language));
        }
        return _batch.Count > 0 || _waiting is not null || _recordings.Count > 0 || _nextSource < sources.Count;
    }

    public void Dispose()
    {
        _batch.Dispose();
        foreach (var recording in _recordings) recording.Dispose();
    }

    private void FillBatch()
    {
        while (_batch.Count < options.BatchSize && (_waiting is not null || TryNextPiece(out _next)))
        {
            var piece = _waiting?.Piece ?? _next;
            try
            {
                _waiting ??= (piece, recognizer.Begin(piece.Samples, options.Decoding));
                if (!_batch.TryAdd(piece, _waiting.Value.Job)) return;
            }
            catch (ModelFaultException fault)
            {
                piece.Recording.Complete(piece, null, fault);
            }
            _waiting = null;
        }
    }

    private bool TryNextPiece(out RecordingPiece piece)
    {
        piece = default;
        while (true)
        {
            if (_reading is null && !TryOpenNext()) return false;
            try
            {
                if (_reading!.TryNextPiece(out piece)) return true;
            }
            catch (AudioFormatException fault)
            {
                _reading!.Fault = fault;
            }
            _reading = null;
        }
    }

    private bool TryOpenNext()
    {
        while (_nextSource < sources.Count && _recordings.Count < 2 * options.BatchSize) // finished ones wait for their turn
        {
            int source = _nextSource++;
            try
            {
                _recordings.Enqueue(_reading = new Recording(source, sources[source](), options.MaxSegment));
                return true;
            }
            catch (AudioFormatException fault)
            {
                _recordings.Enqueue(new Recording(source, fault));
            }
        }
        return false;
    }

    private void Complete(RecordingPiece piece, SegmentResult? result, ModelFaultException? fault)
    {
        piece.Recording.Complete(piece, result, fault);
        if (decoded is not null && result is { Text.Length: > 0 }) decoded(piece.Recording.Source, piece.Decoded(result));
        progressed?.Invoke(new RecordingProgress(piece.Recording.Source, piece.Recording.Done, piece.Recording.Total));
    }
}

using System.Collections.Concurrent;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Transcripts;
using AsrService.Models;

namespace AsrService.Engine.Sessions;

/// <summary>A recording's pieces, as work for the loop.</summary>
internal sealed class PieceSource(SessionHost host, Admission admission, FileTranscriptionOptions options) : IWorkSource, IDisposable
{
    private readonly ConcurrentQueue<Piece> _waiting = new();
    private readonly SegmentSettings _settings = new(0, options.Context, options.Language, 0, options.MaxSegment);
    private LanguageMemory _memory;
    private int _underWay; // pieces that the loop has
    private long _lastStart = long.MinValue; // waiting counts from here: pieces are always old, and would go before finals
    private volatile bool _isClosed;
    private volatile Exception? _fault;

    public IModelRunner Runner => host.Recognizer.Runner;

    public bool IsClosed => _isClosed;

    public void Add(Piece piece)
    {
        piece.Due = host.Time.GetTimestamp();
        piece.Blocks = admission.BlocksFor(host.Recognizer, piece.Samples.Length);
        _waiting.Enqueue(piece);
        if (_fault is { } fault) FailWaiting(fault); // asked after it was put in: a fault meanwhile is not missed
    }

    public bool TryPeek(out WorkRank rank)
    {
        rank = default;
        if (!_waiting.TryPeek(out var piece) || (IsDetectingFirst && _underWay > 0)) return false;
        if (!admission.HasBlocks(this, piece.Blocks)) return false; // those who have them are under way
        rank = new WorkRank(WorkClass.File, Math.Max(piece.Due, _lastStart));
        return true;
    }

    public BatchWork? Start()
    {
        if (!TryPeek(out var rank) || !_waiting.TryPeek(out var piece)) return null;
        var config = _settings.ToDecodingConfig(_memory.LockOf(_settings));
        var clip = host.Recognizer.NewClip();
        clip.Append(piece.Samples);
        var job = new DecodeJob(host.Recognizer, clip, config, isExact: true, ownsClip: true);
        admission.TakeBlocks(piece.Blocks);
        _lastStart = host.Time.GetTimestamp();
        _waiting.TryDequeue(out _);
        if (!options.Samples) piece.DropSamples();
        _underWay++;
        return new DecodeWork(this, job, rank, (result, fault) => Finish(piece, job, config, result, fault));
    }

    public void Fail(Exception fault)
    {
        var told = fault as AsrException ?? new AsrException(AsrFailure.ModelFault, "The model failed on this recording.", fault);
        if (_fault is null) host.Metrics.Failed(SessionLoad.File, told); // pieces under way may fail one after another
        _fault = told;
        FailWaiting(told);
        admission.Forget(this);
        host.Wake();
    }

    public void Release()
    {
        admission.Forget(this);
        _fault ??= new OperationCanceledException();
        FailWaiting(_fault);
    }

    public void Dispose()
    {
        _isClosed = true;
        host.Wake();
    }

    private void FailWaiting(Exception fault)
    {
        while (_waiting.TryDequeue(out var piece)) piece.Fail(fault);
    }

    private bool IsDetectingFirst => options.Language.Mode == LanguageMode.LockAfterFirst && _memory.LockOf(_settings) is null;

    private void Finish(Piece piece, DecodeJob job, DecodingConfig config, SegmentResult? result, Exception? fault)
    {
        admission.ReturnBlocks(piece.Blocks);
        host.Metrics.JobEnded(job);
        _underWay--;
        if (fault is not null)
        {
            Fail(fault);
            piece.Fail(_fault!);
            return;
        }
        var language = config.Language ?? (LanguageCatalog.TryResolve(result!.Language, out var found) ? found : null);
        _memory = _memory.After(_settings, language);
        host.Metrics.FinalMade(result!, piece.End - piece.Start, piece.Activity, detected: config.Language is null ? language : null);
        piece.Complete(result!, config);
    }
}

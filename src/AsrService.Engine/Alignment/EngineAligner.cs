using System.Diagnostics.CodeAnalysis;
using AsrService.Engine.Batching;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Alignment;

/// <summary>Aligns many callers' texts together in an engine's batch loop, up to 64 in a pass.</summary>
/// <remarks>
/// Features and prompts are made, and times read, on other threads than the loop's. A text's times are those of
/// <see cref="ForcedAligner.Align(AlignmentRequest)"/>, whoever is aligned beside it. Thread-safe.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Nobody takes the semaphores' wait handles: nothing is to be freed.")]
public sealed class EngineAligner : IAligner
{
    private const int MostPrepared = 2 * AlignmentRoom.MaxTexts; // those aligned, and as many behind them: features take memory
    private const int PreparedAtOnce = 2;

    private static readonly TimeSpan MostAudio = TimeSpan.FromHours(1);

    private readonly ForcedAligner _aligner;
    private readonly EngineThread _thread;
    private readonly TimeProvider _time;
    private readonly AlignerMetrics _metrics;
    private readonly AlignmentRoom _room;
    private readonly int _mostTexts;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _prepared = new(MostPrepared);
    private readonly SemaphoreSlim _preparing = new(PreparedAtOnce);
    private int _texts; // waiting or aligned
    private long _samples;

    internal EngineAligner(ForcedAligner aligner, EngineThread thread, EngineOptions options, TimeProvider time, AlignerMetrics metrics)
    {
        (_aligner, _thread, _time, _metrics, _mostTexts) = (aligner, thread, time, metrics, options.MaxAlignments);
        _room = new AlignmentRoom(aligner.Runner.FreeKvBlocks);
    }

    /// <summary>Name of the model.</summary>
    public string Model => _aligner.Runner.Name;

    /// <summary>Longest clip.</summary>
    public TimeSpan MaxClip => _aligner.MaxClip;

    /// <summary>Languages that can be aligned.</summary>
    public IReadOnlyList<Language> Languages => _aligner.Languages;

    /// <inheritdoc/>
    public async Task<AlignedText> AlignAsync(AlignmentRequest request, CancellationToken cancellationToken)
    {
        try
        {
            long due = _time.GetTimestamp();
            _aligner.Check(request);
            Enter(request);
            try
            {
                var aligned = await RunAsync(request, due, cancellationToken).ConfigureAwait(false);
                _metrics.Aligned(aligned.Units.Count(unit => unit.IsRepaired), aligned.StretchedUnits);
                return aligned;
            }
            finally
            {
                Leave(request);
            }
        }
        catch (AsrException failure)
        {
            _metrics.Failed(failure.Failure);
            throw;
        }
    }

    private async Task<AlignedText> RunAsync(AlignmentRequest request, long due, CancellationToken cancellationToken)
    {
        await _prepared.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var job = await PrepareAsync(request, cancellationToken).ConfigureAwait(false);
            if (!job.IsFinished) await PassAsync(job, due, cancellationToken).ConfigureAwait(false);
            return job.Finish();
        }
        finally
        {
            _prepared.Release();
        }
    }

    private async Task<AlignmentJob> PrepareAsync(AlignmentRequest request, CancellationToken cancellationToken)
    {
        await _preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => _aligner.Begin(request), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _preparing.Release();
        }
    }

    private async Task PassAsync(AlignmentJob job, long due, CancellationToken cancellationToken)
    {
        var queued = new QueuedAlignment(_aligner.Runner, job, _room, due);
        _thread.Add(queued);
        _thread.Wake();
        using var leaving = cancellationToken.Register(() =>
        {
            queued.Cancel(cancellationToken);
            _thread.Wake();
        });
        try
        {
            await queued.Done.ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not (AsrException or OperationCanceledException))
        {
            throw new AsrException(AsrFailure.ModelFault, "The model failed on this text.", fault);
        }
    }

    private void Enter(AlignmentRequest request)
    {
        lock (_gate)
        {
            var audio = TimeSpan.FromSeconds((_samples + request.Samples.Length) / 16_000.0);
            if (_texts == _mostTexts || (_texts > 0 && audio > MostAudio))
            {
                throw new AsrException(
                    AsrFailure.StreamLimitReached,
                    FormattableString.Invariant($"{_texts} texts with {_samples / 16_000} s of audio wait to be aligned; retry later."));
            }
            _texts++;
            _samples += request.Samples.Length;
        }
    }

    private void Leave(AlignmentRequest request)
    {
        lock (_gate)
        {
            _texts--;
            _samples -= request.Samples.Length;
        }
    }
}

using AsrService.Engine.Batching;
using AsrService.Kernels;
using AsrService.Models;

namespace AsrService.Engine.Alignment;

/// <summary>One text on its way through the batch loop.</summary>
/// <remarks>
/// <code>
/// waiting ──blocks free, place in the batch──▶ under way ──pass done, fault──▶ closed; Cancel closes from anywhere
/// </code>
/// </remarks>
/// <param name="runner">The aligner's model.</param>
/// <param name="job">What is to be run.</param>
/// <param name="room">What there is room for together.</param>
/// <param name="due">Timestamp of the request.</param>
internal sealed class QueuedAlignment(IModelRunner runner, AlignmentJob job, AlignmentRoom room, long due) : IWorkSource
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _blocks = KvGeometry.BlocksFor(job.MaxPositions);
    private bool _hasStarted;
    private volatile bool _isClosed;

    /// <summary>Completes when the pass is done; on no thread of the loop's.</summary>
    public Task Done => _done.Task;

    public IModelRunner Runner => runner;

    public bool IsClosed => _isClosed;

    /// <summary>Its caller has gone.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        _done.TrySetCanceled(cancellationToken);
        _isClosed = true;
    }

    public bool TryPeek(out WorkRank rank)
    {
        rank = new WorkRank(WorkClass.Alignment, due);
        return !_hasStarted && room.Has(this, _blocks);
    }

    public BatchWork? Start()
    {
        if (!TryPeek(out var rank)) return null; // one who came before it took the room
        _hasStarted = true;
        room.Take(_blocks);
        return new AlignmentWork(this, job, rank, Complete) { Returned = () => room.Return(_blocks) };
    }

    public void Fail(Exception fault)
    {
        _done.TrySetException(fault);
        _isClosed = true;
    }

    public void Release()
    {
        room.Forget(this);
        _done.TrySetCanceled();
    }

    private void Complete(Exception? fault)
    {
        if (fault is null) _done.TrySetResult();
        else _done.TrySetException(fault);
        _isClosed = true;
    }
}

/// <summary>What may be aligned together: 64 texts, and as many as the KV cache holds.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
internal sealed class AlignmentRoom(int blocks)
{
    /// <summary>Most texts aligned together.</summary>
    public const int MaxTexts = 64;

    private readonly BlockPool _blocks = new(blocks);
    private int _texts;

    /// <inheritdoc cref="BlockPool.Has"/>
    public bool Has(object claimant, int blocks) => _texts < MaxTexts && _blocks.Has(claimant, blocks);

    public void Take(int blocks)
    {
        _texts++;
        _blocks.Take(blocks);
    }

    public void Return(int blocks)
    {
        _texts--;
        _blocks.Return(blocks);
    }

    /// <inheritdoc cref="BlockPool.Forget"/>
    public void Forget(object claimant) => _blocks.Forget(claimant);
}

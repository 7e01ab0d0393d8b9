using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Kernels;

namespace AsrService.Engine.Alignment;

/// <summary>Aligns many texts together: they join when there is room and leave when done, between steps.</summary>
/// <typeparam name="TTag">What the caller knows a text by.</typeparam>
/// <remarks>A text's times do not depend on the others. Not thread-safe: it owns the model while it runs.</remarks>
public sealed class AlignmentBatch<TTag> : IDisposable
{
    /// <summary>Most texts aligned together.</summary>
    public const int MaxCapacity = AlignmentRoom.MaxTexts;

    private readonly ModelSteps<AlignmentJob> _steps;
    private readonly int _capacity;
    private readonly int _totalBlocks;
    private readonly List<(TTag Tag, AlignmentJob Job)> _members = [];
    private int _reservedBlocks;

    /// <summary>A batch of up to <paramref name="capacity"/> texts, 1 to 64.</summary>
    public AlignmentBatch(ForcedAligner aligner, int capacity = MaxCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCapacity);
        (_steps, _capacity) = (new ModelSteps<AlignmentJob>(aligner.Runner), capacity);
        _totalBlocks = aligner.Runner.FreeKvBlocks;
    }

    /// <summary>Texts being aligned.</summary>
    public int Count => _members.Count;

    /// <summary>Admits a text if there is room in the batch and in the KV cache; an empty batch has room for any.</summary>
    public bool TryAdd(TTag tag, AlignmentJob job)
    {
        int blocks = KvGeometry.BlocksFor(job.MaxPositions);
        if (_members.Count == _capacity || _reservedBlocks + blocks > _totalBlocks) return false;
        _reservedBlocks += blocks;
        _members.Add((tag, job));
        return true;
    }

    /// <summary>Runs one step and hands over every text that it completed, or that the model failed on.</summary>
    /// <param name="completed">Gets times or a fault.</param>
    /// <param name="positions">Positions that the step may append.</param>
    /// <param name="isTimeLeft">Asked between the encoder's units; null for no limit.</param>
    public void Step(
        Action<TTag, AlignedText?, ModelFaultException?> completed, int positions = int.MaxValue, Func<bool>? isTimeLeft = null)
    {
        _steps.Encode(Jobs(job => job.NeedsEncoding), int.MaxValue, isTimeLeft ?? (static () => true));
        _steps.Prefill(Jobs(job => job.NeedsPrefill), positions);
        for (int i = 0; i < _members.Count; i++)
        {
            var (tag, job) = _members[i];
            if (!job.IsFinished) continue;
            Release(job);
            _members.RemoveAt(i--);
            if (job.Fault is not (null or ModelFaultException)) throw job.Fault;
            completed(tag, job.Fault is null ? job.Finish() : null, (ModelFaultException?)job.Fault);
        }
    }

    /// <summary>Gives up what is being aligned.</summary>
    public void Dispose()
    {
        _steps.Dispose();
        foreach (var (_, job) in _members) Release(job);
        _members.Clear();
    }

    private List<AlignmentJob> Jobs(Func<AlignmentJob, bool> isWanted) =>
        [.. _members.Select(member => member.Job).Where(isWanted)];

    private void Release(AlignmentJob job)
    {
        job.Release();
        _reservedBlocks -= KvGeometry.BlocksFor(job.MaxPositions);
    }
}

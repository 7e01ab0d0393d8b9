using AsrService.Engine.Batching;
using AsrService.Kernels;
using AsrService.Models;

namespace AsrService.Engine.Decoding;

/// <summary>
/// Decodes many segments together: they join when there is room and leave when done, between steps. A step encodes and
/// prefills the newcomers, then decodes one token for everyone else.
/// </summary>
/// <typeparam name="TTag">What the caller knows a segment by.</typeparam>
/// <remarks>A segment's result does not depend on the others. Not thread-safe: it owns the model while it runs.</remarks>
public sealed class SegmentBatch<TTag> : IDisposable
{
    private readonly ModelSteps<DecodeJob> _steps;
    private readonly int _capacity;
    private readonly int _totalBlocks;
    private readonly List<Member> _members = [];
    private int _reservedBlocks;

    /// <summary>A batch of up to <paramref name="capacity"/> segments.</summary>
    public SegmentBatch(IModelRunner runner, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_steps, _capacity, _totalBlocks) = (new ModelSteps<DecodeJob>(runner), capacity, runner.FreeKvBlocks);
    }

    /// <summary>Segments being decoded.</summary>
    public int Count => _members.Count;

    /// <summary>Admits a segment if there is room in the batch and in the KV cache for all it may grow to.</summary>
    /// <exception cref="ModelFaultException">It could not even run alone.</exception>
    public bool TryAdd(TTag tag, DecodeJob job)
    {
        int blocks = KvGeometry.BlocksFor(job.MaxPositions);
        if (blocks > _totalBlocks)
            throw new ModelFaultException(
                $"the segment may need {job.MaxPositions} positions; the KV cache holds {(long)_totalBlocks * KvCache.BlockPositions}");
        if (_members.Count == _capacity || _reservedBlocks + blocks > _totalBlocks) return false;

        _reservedBlocks += blocks;
        _members.Add(new Member(tag, job, blocks));
        return true;
    }

    /// <summary>Runs one step and hands over every segment that it completed, or that the model failed on.</summary>
    public void Step(Action<TTag, SegmentResult?, ModelFaultException?> completed)
    {
        var decoding = Jobs(job => job.IsDecoding);
        _steps.Encode(Jobs(job => job.NeedsEncoding), int.MaxValue, static () => true);
        _steps.Prefill(Jobs(job => job.NeedsPrefill), int.MaxValue);
        _steps.Decode(decoding);

        for (int i = 0; i < _members.Count; i++)
        {
            var (tag, job, _) = _members[i];
            if (!job.IsFinished) continue;
            Release(_members[i]);
            _members.RemoveAt(i--);
            if (job.Fault is not (null or ModelFaultException)) throw job.Fault;
            completed(tag, job.Fault is null ? job.Finish() : null, (ModelFaultException?)job.Fault);
        }
    }

    /// <summary>Gives up what is being decoded.</summary>
    public void Dispose()
    {
        _steps.Dispose();
        foreach (var member in _members) Release(member);
        _members.Clear();
    }

    private List<DecodeJob> Jobs(Func<DecodeJob, bool> isWanted) => [.. _members.Select(member => member.Job).Where(isWanted)];

    private void Release(Member member)
    {
        member.Job.Release();
        _reservedBlocks -= member.Blocks;
    }

    private readonly record struct Member(TTag Tag, DecodeJob Job, int Blocks);
}

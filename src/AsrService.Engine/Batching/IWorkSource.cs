using System.Diagnostics;
using AsrService.Engine.Decoding;

namespace AsrService.Engine.Batching;

/// <summary>Something that has decodings to be done, one after the other: a live channel, a recording.</summary>
/// <remarks>All members are called by the loop's thread.</remarks>
internal interface IWorkSource
{
    /// <summary>Whether its caller has gone: what it has under way is dropped, and the source with it.</summary>
    bool IsClosed { get; }

    /// <summary>Says what it would have done now; false for nothing, or while earlier work keeps it busy.</summary>
    bool TryPeek(out WorkRank rank);

    /// <summary>Begins what <see cref="TryPeek"/> announced; null when that turns out to need no decoding.</summary>
    /// <exception cref="Exception">Becomes the fault of this source alone.</exception>
    BatchWork? Start();

    /// <summary>The loop failed on it outside its works.</summary>
    void Fail(Exception fault);

    /// <summary>Frees what belongs to the model's thread; called once, last.</summary>
    void Release();
}

/// <summary>A decoding under way, and what becomes of its result.</summary>
/// <param name="source">Whose it is.</param>
/// <param name="job">The decoding.</param>
/// <param name="rank">Its place in the order.</param>
/// <param name="completed">Takes the result, or the fault.</param>
internal sealed class BatchWork(IWorkSource source, DecodeJob job, WorkRank rank, Action<SegmentResult?, Exception?> completed)
{
    public IWorkSource Source { get; } = source;

    public DecodeJob Job { get; } = job;

    /// <summary>Its place in the order; waiting counts from its last progress.</summary>
    public WorkRank Rank { get; set; } = rank;

    /// <summary>Timestamp since when its job is ready for the stage that comes next.</summary>
    public long ReadySince { get; set; }

    /// <summary>Stages that have taken its job: encoder, prefill, decode.</summary>
    public int StagesReached { get; set; }

    /// <summary>Its span; null while nobody listens.</summary>
    public Activity? Span { get; init; }

    /// <summary>Gives back what was set aside for it; called once, before its result is handed over.</summary>
    public Action? Returned { get; set; }

    public void Complete(SegmentResult? result, Exception? fault)
    {
        Returned?.Invoke();
        if (fault is not null) Span?.SetStatus(ActivityStatusCode.Error);
        Span?.Dispose();
        completed(result, fault);
    }
}

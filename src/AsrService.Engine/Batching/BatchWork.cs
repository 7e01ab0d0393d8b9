using System.Diagnostics;
using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;

namespace AsrService.Engine.Batching;

/// <summary>A job under way, and what becomes of its result.</summary>
/// <param name="source">Whose it is.</param>
/// <param name="rank">Its place in the order.</param>
internal abstract class BatchWork(IWorkSource source, WorkRank rank)
{
    public IWorkSource Source { get; } = source;

    public abstract ModelJob Job { get; }

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

    /// <summary>Frees the job and hands over what it came to.</summary>
    /// <param name="gaveUp">Why it was given up; null if it has finished.</param>
    public void Complete(Exception? gaveUp = null)
    {
        var fault = gaveUp ?? Job.Fault;
        if (fault is null) fault = Read();
        Job.Release();
        Returned?.Invoke();
        if (fault is not null) Span?.SetStatus(ActivityStatusCode.Error);
        Span?.Dispose();
        HandOver(fault);
    }

    /// <summary>Reads the result of a finished job.</summary>
    /// <returns>Why it could not; what was reserved for the work must be given back all the same.</returns>
    private protected virtual Exception? Read() => null;

    /// <summary>Hands the result over, or the fault.</summary>
    private protected abstract void HandOver(Exception? fault);
}

/// <summary>A decoding.</summary>
/// <param name="source">Whose it is.</param>
/// <param name="job">The decoding.</param>
/// <param name="rank">Its place in the order.</param>
/// <param name="completed">Takes the result, or the fault.</param>
internal sealed class DecodeWork(IWorkSource source, DecodeJob job, WorkRank rank, Action<SegmentResult?, Exception?> completed)
    : BatchWork(source, rank)
{
    private SegmentResult? _result;

    public override ModelJob Job => job;

    private protected override Exception? Read()
    {
        try
        {
            _result = job.Finish();
            return null;
        }
        catch (Exception own)
        {
            return own;
        }
    }

    private protected override void HandOver(Exception? fault) => completed(_result, fault);
}

/// <summary>An alignment; its caller reads the times off the job, as that takes long and needs no model.</summary>
/// <param name="source">Whose it is.</param>
/// <param name="job">The alignment.</param>
/// <param name="rank">Its place in the order.</param>
/// <param name="completed">Is told that it is done, or the fault.</param>
internal sealed class AlignmentWork(IWorkSource source, AlignmentJob job, WorkRank rank, Action<Exception?> completed)
    : BatchWork(source, rank)
{
    public override ModelJob Job => job;

    private protected override void HandOver(Exception? fault) => completed(fault);
}

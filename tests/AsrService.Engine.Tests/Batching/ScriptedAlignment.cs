using AsrService.Engine.Alignment;
using AsrService.Engine.Batching;
using AsrService.Models;

namespace AsrService.Engine.Tests.Batching;

/// <summary>A text to align, which notes when it starts.</summary>
internal sealed class ScriptedAlignment(string name, AlignmentJob job, QueuedAlignment queued, List<string> log) : IWorkSource
{
    public Task Done => queued.Done;

    /// <summary>Its times; once done.</summary>
    public AlignedText Result => job.Finish();

    public IModelRunner Runner => queued.Runner;

    public bool IsClosed => queued.IsClosed;

    public bool IsReleased { get; private set; }

    public void Cancel() => queued.Cancel(new CancellationToken(canceled: true));

    public bool TryPeek(out WorkRank rank) => queued.TryPeek(out rank);

    public BatchWork? Start()
    {
        var work = queued.Start();
        if (work is not null) log.Add(name);
        return work;
    }

    public void Fail(Exception fault) => queued.Fail(fault);

    public void Release()
    {
        queued.Release();
        IsReleased = true;
    }
}

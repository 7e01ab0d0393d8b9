using AsrService.Engine.Batching;

namespace AsrService.Engine.Diagnostics;

/// <summary>How long decodings wait for the stages that they go through: admission, encoder, prefill, decode.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
internal sealed class StageWaits(TimeProvider time, EngineMetrics metrics)
{
    private static readonly string[] Stages = ["encoder", "prefill", "decode"];

    /// <summary>The loop has begun a work.</summary>
    public void Begun(BatchWork work)
    {
        work.ReadySince = time.GetTimestamp();
        metrics.Waited("admission", time.GetElapsedTime(work.Rank.Due, work.ReadySince));
    }

    /// <summary>A stage has run in a step.</summary>
    /// <param name="stage">Its number: encoder 0, prefill 1, decode 2.</param>
    /// <param name="works">Those that wanted it.</param>
    /// <param name="start">Timestamp at which it began.</param>
    public void Ran(int stage, List<BatchWork> works, long start)
    {
        long now = time.GetTimestamp();
        int taken = 0;
        foreach (var work in works)
        {
            if (stage == 0 && !work.Job.IsTakenByEncoder) continue;
            taken++;
            if (work.StagesReached <= stage) metrics.Waited(Stages[stage], time.GetElapsedTime(Math.Min(work.ReadySince, start), start));
            (work.StagesReached, work.ReadySince) = (stage + 1, now);
        }
        metrics.StepRun(Stages[stage], taken, time.GetElapsedTime(start, now));
    }

    /// <summary>A step is over, or found nothing to do.</summary>
    public void StepDone(List<BatchWork> works, int waiting, int freeBlocks)
    {
        int encoder = 0, prefill = 0, decode = 0;
        foreach (var work in works)
        {
            if (work.Job.NeedsEncoding) encoder++;
            else if (work.Job.NeedsPrefill) prefill++;
            else if (work.Job.IsDecoding) decode++;
        }
        metrics.StepDone(waiting, encoder, prefill, decode, freeBlocks);
    }
}

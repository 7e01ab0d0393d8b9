using AsrService.Engine.Batching;

namespace AsrService.Engine.Diagnostics;

/// <summary>How long works wait for the stages that they go through: admission, encoder, prefill, decode.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
internal sealed class StageWaits(TimeProvider time, IStageMetrics metrics)
{
    /// <summary>The loop has begun a work.</summary>
    public void Begun(BatchWork work)
    {
        work.ReadySince = time.GetTimestamp();
        metrics.Begun(time.GetElapsedTime(work.Rank.Due, work.ReadySince));
    }

    /// <summary>A stage has run in a step.</summary>
    /// <param name="stage">Which.</param>
    /// <param name="works">Those that wanted it.</param>
    /// <param name="start">Timestamp at which it began.</param>
    public void Ran(ModelStage stage, List<BatchWork> works, long start)
    {
        long now = time.GetTimestamp();
        int taken = 0;
        foreach (var work in works)
        {
            if (stage == ModelStage.Encoder && !work.Job.IsTakenByEncoder) continue;
            taken++;
            if (work.StagesReached <= (int)stage) metrics.Waited(stage, time.GetElapsedTime(Math.Min(work.ReadySince, start), start));
            (work.StagesReached, work.ReadySince) = ((int)stage + 1, now);
        }
        metrics.StageRun(stage, taken, time.GetElapsedTime(start, now));
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

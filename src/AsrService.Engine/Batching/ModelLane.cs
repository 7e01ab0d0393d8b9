using AsrService.Engine.Diagnostics;
using AsrService.Models;

namespace AsrService.Engine.Batching;

/// <summary>The works of one model on their way through its encoder, prefill and decode.</summary>
/// <remarks>Belongs to the loop, which shares the time of a step out among its lanes.</remarks>
internal sealed class ModelLane : IDisposable
{
    /// <summary>Sequences that decode in one step.</summary>
    private const int MaxDecoding = 128;

    private readonly StepClock _clock;
    private readonly StageWaits _waits;
    private readonly ModelSteps<ModelJob> _steps;
    private readonly StepPlan _plan;
    private readonly List<ModelJob> _jobs = [];
    private readonly List<BatchWork> _chosen = [];

    public ModelLane(IModelRunner runner, StepClock clock, IStageMetrics metrics)
    {
        (Runner, _clock) = (runner, clock);
        _waits = new StageWaits(clock.Time, metrics);
        _steps = new ModelSteps<ModelJob>(runner);
        _plan = new StepPlan(clock);
    }

    public IModelRunner Runner { get; }

    /// <summary>Who has work for the model.</summary>
    public List<IWorkSource> Sources { get; } = [];

    /// <summary>What has begun.</summary>
    public List<BatchWork> Works { get; } = [];

    /// <summary>Sources whose work has not begun, when they were asked last.</summary>
    public int Waiting { get; set; }

    /// <summary>Whether packed windows are half way through the encoder: what starts now would only grow old.</summary>
    public bool IsEncoding => _steps.IsEncoding;

    public (int Order, long Due) KeyOf(BatchWork work) => work.Rank.KeyAt(_clock.Time, _clock.Began);

    /// <summary>Adds a work that has begun.</summary>
    public void Begin(BatchWork work)
    {
        Works.Add(work);
        _waits.Begun(work);
    }

    /// <summary>How many steps the encoder has to do for those who wait already and go before a key.</summary>
    public double StepsBefore((int, long) key)
    {
        int frames = 0;
        foreach (var work in Works)
        {
            if (work.Job.NeedsEncoding && KeyOf(work).CompareTo(key) <= 0) frames += FramesOf(work.Job);
        }
        return frames == 0 ? 0 : (double)frames / _plan.EncoderFrames;
    }

    /// <summary>Notes for every order since when the first of its works is due that waits for encoder or prefill.</summary>
    /// <param name="dues">By order; long.MaxValue for none.</param>
    public void FirstDues(Span<long> dues)
    {
        dues.Fill(long.MaxValue);
        foreach (var work in Works)
        {
            if (!work.Job.NeedsEncoding && !work.Job.NeedsPrefill) continue;
            var (order, due) = KeyOf(work);
            dues[order] = Math.Min(dues[order], due);
        }
    }

    /// <summary>Encodes and prefills, the first works first.</summary>
    /// <param name="order">Works up to this order only.</param>
    /// <param name="isFirst">Whether some is done whatever the time; else only what fits into the step.</param>
    public void Run(int order, bool isFirst)
    {
        bool encodeFirst = Leads(ModelStage.Encoder, ModelStage.Prefill, order);
        if (encodeFirst) Encode(order, isFirst);
        Prefill(order, isFirst, keepBack: !encodeFirst && Any(ModelStage.Encoder, order));
        if (!encodeFirst) Encode(order, isFirst);
    }

    /// <summary>One token for everyone who decodes.</summary>
    public void Decode()
    {
        Choose(ModelStage.Decode, WorkRank.LastOrder, MaxDecoding);
        if (_jobs.Count == 0) return;
        long start = _clock.Time.GetTimestamp();
        _steps.Decode(_jobs);
        _clock.Decoded(_clock.Time.GetElapsedTime(start));
        Ran(ModelStage.Decode, start);
    }

    /// <summary>The step is over.</summary>
    public void StepDone() => _waits.StepDone(Works, Waiting, Runner.FreeKvBlocks);

    /// <summary>Gives up the encoder work under way if nobody wants it any more, or nothing would start again.</summary>
    public void DropUnwanted() => _steps.DropUnwanted();

    public void Dispose() => _steps.Dispose();

    private void Encode(int order, bool isFirst)
    {
        if (!isFirst && !_plan.FitsEncoder) return;
        Choose(ModelStage.Encoder, order, int.MaxValue);
        if (_jobs.Count == 0) return;
        long start = _clock.Time.GetTimestamp();
        int frames = _steps.Encode(_jobs, _plan.EncoderFrames, _plan.EncoderTime(othersWait: Any(ModelStage.Prefill, order)));
        _plan.Encoded(frames, _clock.Time.GetElapsedTime(start), _steps.IsEncoding);
        Ran(ModelStage.Encoder, start);
    }

    private void Prefill(int order, bool isFirst, bool keepBack)
    {
        if (!isFirst && !_plan.FitsPrefill) return;
        Choose(ModelStage.Prefill, order, int.MaxValue);
        if (_jobs.Count == 0) return;
        long start = _clock.Time.GetTimestamp();
        int positions = _plan.PrefillPositions(keepBack);
        KeepWhatFits(positions);
        positions = _steps.Prefill(_jobs, positions);
        _plan.Prefilled(positions, _clock.Time.GetElapsedTime(start));
        Ran(ModelStage.Prefill, start);
    }

    /// <summary>Works that are ready for a stage, first what goes first.</summary>
    private void Choose(ModelStage stage, int order, int most)
    {
        _chosen.Clear();
        foreach (var work in Works)
        {
            if (Wants(work, stage, order)) _chosen.Add(work);
        }
        _chosen.Sort((a, b) => KeyOf(a).CompareTo(KeyOf(b)));
        if (_chosen.Count > most) _chosen.RemoveRange(most, _chosen.Count - most);
        _jobs.Clear();
        foreach (var work in _chosen) _jobs.Add(work.Job);
    }

    /// <summary>Cuts the choice to those that get some of the positions: only they come further.</summary>
    private void KeepWhatFits(int positions)
    {
        int taken = 0;
        for (int left = positions; taken < _jobs.Count && left > 0; taken++) left -= _jobs[taken].PendingPositions;
        _chosen.RemoveRange(taken, _chosen.Count - taken);
        _jobs.RemoveRange(taken, _jobs.Count - taken);
    }

    /// <summary>A stage has run for the chosen.</summary>
    private void Ran(ModelStage stage, long start)
    {
        _waits.Ran(stage, _chosen, start);
        long now = _clock.Time.GetTimestamp();
        foreach (var work in _chosen)
        {
            bool isFurther = stage != ModelStage.Encoder || work.Job.IsTakenByEncoder;
            if (isFurther) work.Rank = work.Rank.Further(_clock.Time, now);
        }
    }

    private bool Any(ModelStage stage, int order)
    {
        foreach (var work in Works)
        {
            if (Wants(work, stage, order)) return true;
        }
        return false;
    }

    /// <summary>Whether the first work of a stage goes before the first of another.</summary>
    private bool Leads(ModelStage stage, ModelStage other, int order)
    {
        (int, long) first = (int.MaxValue, 0), second = (int.MaxValue, 0);
        foreach (var work in Works)
        {
            var key = KeyOf(work);
            if (Wants(work, stage, order) && key.CompareTo(first) < 0) first = key;
            if (Wants(work, other, order) && key.CompareTo(second) < 0) second = key;
        }
        return first.CompareTo(second) < 0;
    }

    private bool Wants(BatchWork work, ModelStage stage, int order)
    {
        bool isReady = stage switch
        {
            ModelStage.Encoder => work.Job.NeedsEncoding,
            ModelStage.Prefill => work.Job.NeedsPrefill,
            _ => work.Job.IsDecoding,
        };
        return isReady && KeyOf(work).Order <= order;
    }

    private int FramesOf(ModelJob job)
    {
        int values = 0;
        foreach (var pending in job.UnencodedWindows) values += pending.Window.LogMel.Length;
        return values / Runner.Config.Audio.MelBins;
    }
}

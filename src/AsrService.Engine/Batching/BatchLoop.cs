using AsrService.Engine.Decoding;
using AsrService.Engine.Diagnostics;
using AsrService.Models;

namespace AsrService.Engine.Batching;

/// <summary>
/// The one owner of the model. A step takes, from all sources: encoder windows, packed; prompts, ragged; and one token
/// for everyone who is decoding. Encoder and prompts are cut to a time budget, so that nobody waits long for a token.
/// </summary>
/// <remarks>Decides by ranks and a clock; what a decoding answers never depends on it. One thread at a time.</remarks>
internal sealed class BatchLoop : IDisposable
{
    /// <summary>Sequences that decode in one step.</summary>
    private const int MaxDecoding = 128;

    private readonly IModelRunner _runner;
    private readonly TimeProvider _time;
    private readonly StageWaits _waits;
    private readonly ModelSteps<DecodeJob> _steps;
    private readonly StepPlan _plan;
    private readonly List<IWorkSource> _sources = [];
    private readonly List<BatchWork> _works = [];
    private readonly List<(IWorkSource Source, (int, long) Key)> _candidates = [];
    private readonly List<DecodeJob> _jobs = [];
    private readonly List<BatchWork> _chosen = [];
    private int _waiting; // sources whose work has not begun

    public BatchLoop(IModelRunner runner, TimeSpan budget, TimeProvider time, EngineMetrics metrics)
    {
        (_runner, _time) = (runner, time);
        _waits = new StageWaits(time, metrics);
        _steps = new ModelSteps<DecodeJob>(runner);
        _plan = new StepPlan(budget, time);
    }

    /// <summary>Decodings under way.</summary>
    public int WorkCount => _works.Count;

    /// <summary>Adds a source; it leaves by itself when it is closed.</summary>
    public void Add(IWorkSource source) => _sources.Add(source);

    /// <summary>Runs one step.</summary>
    /// <returns>False when there was nothing to do.</returns>
    public bool Step()
    {
        RemoveClosed();
        _plan.Begin();
        bool hasStarted = StartWorks();
        if (_works.Count == 0)
        {
            _waits.StepDone(_works, _waiting, _runner.FreeKvBlocks);
            return hasStarted;
        }

        var span = EngineTracing.BeginStep(_works.Count);
        bool encodeFirst = Leads(work => work.Job.NeedsEncoding, work => work.Job.NeedsPrefill);
        if (encodeFirst) Encode();
        Prefill(keepBack: !encodeFirst && (_steps.IsEncoding || Any(work => work.Job.NeedsEncoding)));
        if (!encodeFirst) Encode();
        Decode();
        EngineTracing.EndStep(span, _works);
        Complete();
        _waits.StepDone(_works, _waiting, _runner.FreeKvBlocks);
        return true;
    }

    /// <summary>Drops everything.</summary>
    public void Dispose()
    {
        _steps.Dispose();
        foreach (var work in _works) GiveUp(work);
        foreach (var source in _sources) source.Release();
        _works.Clear();
        _sources.Clear();
    }

    private void RemoveClosed()
    {
        for (int i = _works.Count - 1; i >= 0; i--)
        {
            if (!_works[i].Source.IsClosed) continue;
            GiveUp(_works[i]);
            _works.RemoveAt(i);
        }
        _steps.DropUnwanted(); // or nothing would start any more
        for (int i = _sources.Count - 1; i >= 0; i--)
        {
            if (!_sources[i].IsClosed) continue;
            _sources[i].Release();
            _sources.RemoveAt(i);
        }
    }

    private static void GiveUp(BatchWork work)
    {
        var reason = new OperationCanceledException();
        work.Job.Fail(reason);
        work.Job.Release();
        work.Complete(null, reason);
    }

    /// <summary>Begins works in their order until the encoder has enough for this step.</summary>
    /// <returns>Whether any source did anything.</returns>
    private bool StartWorks()
    {
        if (_steps.IsEncoding) return false; // what starts now would only grow old
        _candidates.Clear();
        long now = _time.GetTimestamp();
        foreach (var source in _sources)
        {
            if (source.TryPeek(out var rank)) _candidates.Add((source, rank.KeyAt(_time, now)));
        }
        _candidates.Sort(static (a, b) => a.Key.CompareTo(b.Key));

        _waiting = _candidates.Count;
        foreach (var (source, key) in _candidates)
        {
            int ahead = WaitingBefore(key, now);
            if (ahead > 0 && ahead >= _plan.EncoderFrames) break;
            Start(source);
            _waiting--;
        }
        return _candidates.Count > 0;
    }

    /// <summary>Encoder frames of those who wait already and go before a key.</summary>
    private int WaitingBefore((int, long) key, long now)
    {
        int frames = 0;
        foreach (var work in _works)
        {
            if (work.Job.NeedsEncoding && work.Rank.KeyAt(_time, now).CompareTo(key) <= 0) frames += FramesOf(work.Job);
        }
        return frames;
    }

    private int FramesOf(DecodeJob job)
    {
        int values = 0;
        foreach (var pending in job.UnencodedWindows) values += pending.Window.LogMel.Length;
        return values / _runner.Config.Audio.MelBins;
    }

    private void Start(IWorkSource source)
    {
        try
        {
            if (source.Start() is not { } work) return;
            _works.Add(work);
            _waits.Begun(work);
        }
        catch (Exception fault) // whatever it is, it is this source's alone
        {
            source.Fail(fault);
        }
    }

    private void Encode()
    {
        Choose(work => work.Job.NeedsEncoding, int.MaxValue);
        if (_jobs.Count == 0 && !_steps.IsEncoding) return;
        long start = _time.GetTimestamp();
        int frames = _steps.Encode(_jobs, _plan.EncoderFrames, _plan.EncoderTime(othersWait: Any(work => work.Job.NeedsPrefill)));
        _plan.Encoded(frames, _time.GetElapsedTime(start), _steps.IsEncoding);
        _waits.Ran(0, _chosen, start);
        MarkProgress();
    }

    private void Prefill(bool keepBack)
    {
        Choose(work => work.Job.NeedsPrefill, int.MaxValue);
        if (_jobs.Count == 0) return;
        long start = _time.GetTimestamp();
        int positions = _plan.PrefillPositions(keepBack);
        KeepWhatFits(positions);
        positions = _steps.Prefill(_jobs, positions);
        _plan.Prefilled(positions, _time.GetElapsedTime(start));
        _waits.Ran(1, _chosen, start);
        MarkProgress();
    }

    private void Decode()
    {
        Choose(work => work.Job.IsDecoding, MaxDecoding);
        if (_jobs.Count == 0) return;
        long start = _time.GetTimestamp();
        _steps.Decode(_jobs);
        _plan.Decoded(_time.GetElapsedTime(start));
        _waits.Ran(2, _chosen, start);
        MarkProgress();
    }

    /// <summary>Those works' jobs, first what goes first.</summary>
    private void Choose(Func<BatchWork, bool> isWanted, int most)
    {
        long now = _time.GetTimestamp();
        _chosen.Clear();
        foreach (var work in _works)
        {
            if (isWanted(work)) _chosen.Add(work);
        }
        _chosen.Sort((a, b) => a.Rank.KeyAt(_time, now).CompareTo(b.Rank.KeyAt(_time, now)));
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

    private void MarkProgress()
    {
        long now = _time.GetTimestamp();
        foreach (var work in _chosen)
        {
            if (work.Rank.Class == WorkClass.File) work.Rank = work.Rank with { Due = now };
        }
    }

    private bool Any(Func<BatchWork, bool> isWanted)
    {
        foreach (var work in _works)
        {
            if (isWanted(work)) return true;
        }
        return false;
    }

    /// <summary>Whether the first of some works goes before the first of some others.</summary>
    private bool Leads(Func<BatchWork, bool> some, Func<BatchWork, bool> others)
    {
        long now = _time.GetTimestamp();
        (int, long) first = (int.MaxValue, 0), other = (int.MaxValue, 0);
        foreach (var work in _works)
        {
            var key = work.Rank.KeyAt(_time, now);
            if (some(work) && key.CompareTo(first) < 0) first = key;
            if (others(work) && key.CompareTo(other) < 0) other = key;
        }
        return first.CompareTo(other) < 0;
    }

    private void Complete()
    {
        for (int i = 0; i < _works.Count; i++)
        {
            var work = _works[i];
            if (!work.Job.IsFinished) continue;
            _works.RemoveAt(i--);
            try
            {
                var (result, fault) = Finish(work.Job);
                work.Job.Release();
                work.Complete(result, fault);
            }
            catch (Exception own)
            {
                work.Source.Fail(own);
            }
        }
    }

    private static (SegmentResult? Result, Exception? Fault) Finish(DecodeJob job)
    {
        try
        {
            return job.Fault is null ? (job.Finish(), null) : (null, job.Fault);
        }
        catch (Exception own) // what was reserved for it must be given back all the same
        {
            return (null, own);
        }
    }
}

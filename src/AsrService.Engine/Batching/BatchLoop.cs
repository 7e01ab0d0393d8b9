using AsrService.Engine.Diagnostics;

namespace AsrService.Engine.Batching;

/// <summary>
/// The one owner of the models. A step takes, from all sources: encoder windows, packed; prompts, ragged; and one token
/// for everyone who is decoding. Encoder and prompts are cut to a time budget, so that nobody waits long for a token.
/// </summary>
/// <remarks>Decides by ranks and a clock; what a job answers never depends on it. One thread at a time.</remarks>
/// <param name="clock">The step's time, shared by the lanes.</param>
/// <param name="lanes">One for each model.</param>
internal sealed class BatchLoop(StepClock clock, params ModelLane[] lanes) : IDisposable
{
    private const int Orders = WorkRank.LastOrder + 1;

    private readonly List<(ModelLane Lane, IWorkSource Source, (int, long) Key)> _candidates = [];
    private readonly List<(ModelLane Lane, int Order)> _turns = [];
    private readonly long[] _dues = new long[Orders * lanes.Length]; // by lane and order

    /// <summary>Works under way.</summary>
    public int WorkCount
    {
        get
        {
            int count = 0;
            foreach (var lane in lanes) count += lane.Works.Count;
            return count;
        }
    }

    /// <summary>Adds a source; it leaves by itself when it is closed.</summary>
    public void Add(IWorkSource source) => Array.Find(lanes, lane => lane.Runner == source.Runner)!.Sources.Add(source);

    /// <summary>Runs one step.</summary>
    /// <returns>False when there was nothing to do.</returns>
    public bool Step()
    {
        foreach (var lane in lanes) RemoveClosed(lane);
        clock.Begin();
        bool hasStarted = StartWorks();
        int works = WorkCount;
        if (works > 0) Run(works);
        foreach (var lane in lanes) lane.StepDone();
        return works > 0 || hasStarted;
    }

    /// <summary>Drops everything.</summary>
    public void Dispose()
    {
        foreach (var lane in lanes)
        {
            lane.Dispose();
            foreach (var work in lane.Works) GiveUp(work);
            foreach (var source in lane.Sources) source.Release();
            lane.Works.Clear();
            lane.Sources.Clear();
        }
    }

    private static void RemoveClosed(ModelLane lane)
    {
        for (int i = lane.Works.Count - 1; i >= 0; i--)
        {
            if (!lane.Works[i].Source.IsClosed) continue;
            GiveUp(lane.Works[i]);
            lane.Works.RemoveAt(i);
        }
        lane.DropUnwanted();
        for (int i = lane.Sources.Count - 1; i >= 0; i--)
        {
            if (!lane.Sources[i].IsClosed) continue;
            lane.Sources[i].Release();
            lane.Sources.RemoveAt(i);
        }
    }

    private static void GiveUp(BatchWork work)
    {
        var reason = new OperationCanceledException();
        work.Job.Fail(reason);
        work.Complete(reason);
    }

    /// <summary>Begins works in their order until the encoders have enough for this step.</summary>
    /// <returns>Whether any source did anything.</returns>
    private bool StartWorks()
    {
        _candidates.Clear();
        foreach (var lane in lanes)
        {
            if (!lane.IsEncoding) AddCandidates(lane);
        }
        _candidates.Sort(static (a, b) => a.Key.CompareTo(b.Key));

        foreach (var (lane, source, key) in _candidates)
        {
            double ahead = 0;
            foreach (var one in lanes) ahead += one.StepsBefore(key);
            if (ahead >= 1) break;
            Start(lane, source);
            lane.Waiting--;
        }
        return _candidates.Count > 0;
    }

    private void AddCandidates(ModelLane lane)
    {
        int before = _candidates.Count;
        foreach (var source in lane.Sources)
        {
            if (source.TryPeek(out var rank)) _candidates.Add((lane, source, rank.KeyAt(clock.Time, clock.Began)));
        }
        lane.Waiting = _candidates.Count - before;
    }

    private static void Start(ModelLane lane, IWorkSource source)
    {
        try
        {
            if (source.Start() is { } work) lane.Begin(work);
        }
        catch (Exception fault) // whatever it is, it is this source's alone
        {
            source.Fail(fault);
        }
    }

    private void Run(int works)
    {
        var span = EngineTracing.BeginStep(works);
        PlanTurns();
        for (int i = 0; i < _turns.Count; i++) _turns[i].Lane.Run(_turns[i].Order, isFirst: i == 0);
        foreach (var lane in lanes) lane.Decode();
        EngineTracing.EndStep(span, lanes);
        foreach (var lane in lanes) Complete(lane);
    }

    /// <summary>
    /// Who encodes and prefills up to which order: the models take turns in the order of what waits for them, and go on
    /// together with what nobody of the other model comes in between.
    /// </summary>
    private void PlanTurns()
    {
        for (int i = 0; i < lanes.Length; i++) lanes[i].FirstDues(_dues.AsSpan(i * Orders, Orders));
        _turns.Clear();
        for (int order = 0; order < Orders; order++)
        {
            for (int next = FirstOf(order); next >= 0; next = FirstOf(order))
            {
                _dues[next * Orders + order] = long.MaxValue;
                if (_turns.Count > 0 && _turns[^1].Lane == lanes[next]) _turns[^1] = (lanes[next], order);
                else _turns.Add((lanes[next], order));
            }
        }
    }

    /// <summary>The lane whose work of an order is due longest; −1 where none is left.</summary>
    private int FirstOf(int order)
    {
        (long due, int first) = (long.MaxValue, -1);
        for (int i = 0; i < lanes.Length; i++)
        {
            if (_dues[i * Orders + order] < due) (due, first) = (_dues[i * Orders + order], i);
        }
        return first;
    }

    private static void Complete(ModelLane lane)
    {
        for (int i = 0; i < lane.Works.Count; i++)
        {
            var work = lane.Works[i];
            if (!work.Job.IsFinished) continue;
            lane.Works.RemoveAt(i--);
            try
            {
                work.Complete();
            }
            catch (Exception own)
            {
                work.Source.Fail(own);
            }
        }
    }
}

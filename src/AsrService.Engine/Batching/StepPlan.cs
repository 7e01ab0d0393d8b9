namespace AsrService.Engine.Batching;

/// <summary>How much of a model's encoder and prefill work fits into a step, from the rates seen so far.</summary>
/// <remarks>Rates and times decide only how work is cut; results do not depend on it.</remarks>
internal sealed class StepPlan(StepClock clock)
{
    private const int FewestPositions = 16; // one tile of rows: less would only waste the weights' way through the caches
    private const int FirstFrames = 800; // an encoder window, as long as nothing was measured

    private readonly Rate _encoder = new(), _prefill = new();
    private TimeSpan _encoderUnit;

    /// <summary>Encoder frames worth packing into one run.</summary>
    public int EncoderFrames => _encoder.Fitting(clock.Whole, FirstFrames);

    /// <summary>Whether a unit of the encoder fits into what is left of the step.</summary>
    public bool FitsEncoder => _encoderUnit < clock.Left;

    /// <summary>Whether a piece of a prompt does.</summary>
    public bool FitsPrefill => _prefill.Fitting(clock.Left, FewestPositions) >= FewestPositions;

    private TimeSpan Reserve => clock.Budget / 4;

    /// <summary>Asked between the encoder's units: whether another one fits.</summary>
    public Func<bool> EncoderTime(bool othersWait)
    {
        var reserve = othersWait ? Reserve : TimeSpan.Zero;
        var time = clock.Time;
        long last = time.GetTimestamp();
        return () =>
        {
            long now = time.GetTimestamp();
            _encoderUnit = time.GetElapsedTime(last, now);
            last = now;
            return _encoderUnit + reserve < clock.Left;
        };
    }

    /// <summary>Positions of prompts that fit; some are always taken.</summary>
    public int PrefillPositions(bool keepBack) =>
        Math.Max(FewestPositions, _prefill.Fitting(clock.Left - (keepBack ? Reserve : TimeSpan.Zero), FewestPositions));

    public void Encoded(int frames, TimeSpan elapsed, bool isUnderWay)
    {
        _encoder.AddTime(elapsed);
        if (!isUnderWay) _encoder.AddWork(frames);
    }

    public void Prefilled(int positions, TimeSpan elapsed)
    {
        _prefill.AddTime(elapsed);
        _prefill.AddWork(positions);
    }

    /// <summary>Work a second, with recent work counting most.</summary>
    private sealed class Rate
    {
        private const double Fading = 0.9;

        private double _work;
        private double _seconds;
        private TimeSpan _open; // time of work that is not complete yet

        public void AddTime(TimeSpan elapsed) => _open += elapsed;

        public void AddWork(int amount)
        {
            (_work, _seconds) = (_work * Fading + amount, _seconds * Fading + _open.TotalSeconds);
            _open = default;
        }

        public int Fitting(TimeSpan span, int unmeasured)
        {
            if (span <= TimeSpan.Zero) return 0;
            if (_seconds <= 0) return _work > 0 ? int.MaxValue : unmeasured; // a clock too coarse to see it
            return (int)Math.Min(span.TotalSeconds * _work / _seconds, int.MaxValue);
        }
    }
}

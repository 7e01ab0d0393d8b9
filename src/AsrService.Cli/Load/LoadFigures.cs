using AsrService.Cli.Live;

namespace AsrService.Cli.Load;

/// <summary>What one stream, or all of them, measured; its size does not grow with their length.</summary>
internal sealed class LoadFigures
{
    /// <summary>The latencies that <see cref="LatencySamples"/> defines.</summary>
    public LatencyHistogram FirstPartial { get; } = new();

    public LatencyHistogram Partial { get; } = new();

    public LatencyHistogram Final { get; } = new();

    public LatencyHistogram EndpointDelay { get; } = new();

    public LatencyHistogram FinalAfterEndpoint { get; } = new();

    public LatencyHistogram Refinement { get; } = new();

    /// <summary>Audio sent − audio processed, at every message of the first and of the last seconds of the run.</summary>
    public LatencyHistogram LagAtStart { get; } = new();

    public LatencyHistogram LagAtEnd { get; } = new();

    /// <summary>Audio between the refresh points of two partials of a segment.</summary>
    public LatencyHistogram Interval { get; } = new();

    /// <summary>Audio sent, and of it speech as the detector reports it.</summary>
    public TimeSpan Audio { get; set; }

    public TimeSpan Speech { get; set; }

    /// <summary>The most that a stream's audio was sent later than its pace asks for.</summary>
    public TimeSpan Behind { get; set; }

    public long Partials { get; set; }

    public long Finals { get; set; }

    /// <summary>Words of all partials, and of them those that the next partial changed or dropped.</summary>
    public long WordsShown { get; set; }

    public long WordsRewritten { get; set; }

    /// <summary>Stable text that a partial, or a final without saying so, contradicted.</summary>
    public long StableViolations { get; set; }

    /// <summary>Finals that replaced stable text, and said so.</summary>
    public long FinalsReplacingStable { get; set; }

    /// <summary>Segments without a final, finals or audio that the service counts otherwise.</summary>
    public long Lost { get; set; }

    /// <summary>Finals that begin no later than one before.</summary>
    public long Doubled { get; set; }

    /// <summary>Takes over samples, and empties them.</summary>
    public void Drain(LatencySamples samples)
    {
        Move(samples.FirstPartial, FirstPartial);
        Move(samples.Partial, Partial);
        Move(samples.Final, Final);
        Move(samples.EndpointDelay, EndpointDelay);
        Move(samples.FinalAfterEndpoint, FinalAfterEndpoint);
        Move(samples.Refinement, Refinement);
    }

    /// <summary>Adds what another stream measured.</summary>
    public void Add(LoadFigures other)
    {
        FirstPartial.Add(other.FirstPartial);
        Partial.Add(other.Partial);
        Final.Add(other.Final);
        EndpointDelay.Add(other.EndpointDelay);
        FinalAfterEndpoint.Add(other.FinalAfterEndpoint);
        Refinement.Add(other.Refinement);
        LagAtStart.Add(other.LagAtStart);
        LagAtEnd.Add(other.LagAtEnd);
        Interval.Add(other.Interval);
        (Audio, Speech) = (Audio + other.Audio, Speech + other.Speech);
        Behind = other.Behind > Behind ? other.Behind : Behind;
        (Partials, Finals) = (Partials + other.Partials, Finals + other.Finals);
        (WordsShown, WordsRewritten) = (WordsShown + other.WordsShown, WordsRewritten + other.WordsRewritten);
        (StableViolations, FinalsReplacingStable) =
            (StableViolations + other.StableViolations, FinalsReplacingStable + other.FinalsReplacingStable);
        (Lost, Doubled) = (Lost + other.Lost, Doubled + other.Doubled);
    }

    private static void Move(List<TimeSpan> from, LatencyHistogram to)
    {
        foreach (var time in from) to.Add(time);
        from.Clear();
    }
}

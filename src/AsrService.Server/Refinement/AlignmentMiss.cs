using AsrService.Engine;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace AsrService.Server.Refinement;

/// <summary>Why words keep their estimated times.</summary>
internal enum AlignmentMiss
{
    /// <summary>None: they are aligned.</summary>
    None,

    /// <summary>Their language has no aligner; no failure.</summary>
    Language,

    /// <summary>Too many wait already, here or at the aligner.</summary>
    Full,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The aligner is away.</summary>
    Unavailable,

    /// <summary>It has failed too often of late and is not asked.</summary>
    CircuitOpen,

    /// <summary>It refused the segment.</summary>
    Refused,

    /// <summary>What it answered is not about these words.</summary>
    Mismatch,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>What faults of an aligner mean.</summary>
internal static class AlignmentFaults
{
    /// <summary>The kind of a fault.</summary>
    public static AlignmentMiss ToMiss(this Exception fault) => fault switch
    {
        TimeoutRejectedException => AlignmentMiss.Timeout,
        BrokenCircuitException => AlignmentMiss.CircuitOpen,
        AsrException refusal => refusal.Failure switch
        {
            AsrFailure.Unavailable or AsrFailure.Stopping => AlignmentMiss.Unavailable,
            AsrFailure.StreamLimitReached or AsrFailure.KvCacheExhausted => AlignmentMiss.Full,
            AsrFailure.InvalidOptions when refusal.Field == "language" => AlignmentMiss.Language,
            AsrFailure.InvalidOptions or AsrFailure.InvalidAudio => AlignmentMiss.Refused,
            _ => AlignmentMiss.Failed,
        },
        _ => AlignmentMiss.Failed,
    };

    /// <summary>The kind as metrics name it: <c>circuit_open</c>.</summary>
    public static string Label(this AlignmentMiss miss) => miss switch
    {
        AlignmentMiss.CircuitOpen => "circuit_open",
        _ => miss.ToString().ToLowerInvariant(),
    };
}

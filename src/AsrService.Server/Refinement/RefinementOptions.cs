namespace AsrService.Server.Refinement;

/// <summary>How long an aligner is waited for, and how many may wait for it.</summary>
internal sealed record RefinementOptions
{
    /// <summary>Time that an alignment may take, attempts and waiting together.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Finals of one channel that wait for their times.</summary>
    public int MaxPerChannel { get; init; } = 8;

    /// <summary>Finals of all live sessions that wait for their times, with 2 MB of audio each at most.</summary>
    public int MaxWaiting { get; init; } = 128;

    /// <summary>Further attempts where the aligner is unavailable.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>From one attempt to the next, with jitter; doubled each time.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Time over which failures are counted; half of <see cref="FewestCalls"/> or more open the circuit.</summary>
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Alignments without which nothing is concluded.</summary>
    public int FewestCalls { get; init; } = 3;

    /// <summary>Time for which an open circuit asks nothing of the aligner; then one alignment tries.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(10);
}

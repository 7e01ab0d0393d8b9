namespace AsrService.Client;

/// <summary>How a live stream goes on after its connection broke.</summary>
public sealed record ReconnectOptions
{
    /// <summary>Whether it goes on at all; otherwise it fails with the first break.</summary>
    /// <value>Default true.</value>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Before the first attempt, at most, and before the second one, on average; the delay doubles with each.</summary>
    /// <value>1 ms to 1 min. Default 200 ms.</value>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest delay between two attempts, unless the service names a longer one.</summary>
    /// <value><see cref="FirstDelay"/> to 10 min. Default 10 s.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stream may be without a connection that works before it fails.</summary>
    /// <value>Above 0, at most 24 h. Default null: the time that the service says a resume token lives.</value>
    public TimeSpan? GiveUpAfter { get; init; }

    /// <summary>How long nothing may come from the service, which shows life every 5 s, before the connection counts as
    /// broken.</summary>
    /// <value>6 s to 10 min. Default 20 s.</value>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(20);

    internal void Validate()
    {
        Ranges.Check(FirstDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1), nameof(FirstDelay));
        Ranges.Check(MaxDelay, FirstDelay, TimeSpan.FromMinutes(10), nameof(MaxDelay));
        Ranges.Check(GiveUpAfter ?? TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), TimeSpan.FromHours(24), nameof(GiveUpAfter));
        Ranges.Check(DeadAfter, TimeSpan.FromSeconds(6), TimeSpan.FromMinutes(10), nameof(DeadAfter));
    }
}

using AsrService.Engine.Sessions;

namespace AsrService.Engine;

/// <summary>How much the engine takes on at once.</summary>
public sealed record EngineOptions
{
    /// <summary>Live channels admitted at once, if the KV cache holds as many.</summary>
    /// <value>1 to 128. Default 128.</value>
    public int MaxChannels { get; init; } = 128;

    /// <summary>Recordings recognized at once; four times as many may wait, one more is refused.</summary>
    /// <value>1 to 64. Default 8.</value>
    public int MaxFiles { get; init; } = 8;

    /// <summary>Texts that are aligned or wait for it, one more is refused; so is what makes more than an hour of audio together.</summary>
    /// <value>1 to 4,096. Default 256.</value>
    public int MaxAlignments { get; init; } = 256;

    /// <summary>Time a step of the batch loop aims at.</summary>
    /// <value>10 ms to 2 s. Default 250 ms.</value>
    public TimeSpan StepBudget { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Audio of a session held unprocessed before its writer waits.</summary>
    /// <value>3 s to 5 min, so that the longest refresh interval fits. Default 30 s.</value>
    public TimeSpan MaxBufferedAudio { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tokens of context that a session may bring; the KV cache is reserved for as many in every channel.</summary>
    /// <value>0 to 16,384. Default 512.</value>
    public int MaxContextTokens { get; init; } = 512;

    internal void Check()
    {
        SessionChecks.Range("max_channels", MaxChannels, 1, 128);
        SessionChecks.Range("max_files", MaxFiles, 1, 64);
        SessionChecks.Range("max_alignments", MaxAlignments, 1, 4_096);
        SessionChecks.Range("step_budget", StepBudget, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2));
        SessionChecks.Range("max_buffered_audio", MaxBufferedAudio, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5));
        SessionChecks.Range("max_context_tokens", MaxContextTokens, 0, 16_384);
    }
}

/// <summary>How the engine is.</summary>
/// <param name="Channels">Live channels in use.</param>
/// <param name="ChannelCapacity">Live channels admitted at most.</param>
/// <param name="HasWork">Whether anything waits for the model.</param>
/// <param name="SinceHeartbeat">Time since the loop's last step, or since it went to sleep with nothing to do.</param>
/// <param name="Fault">What stopped the loop for good; null while it lives.</param>
public readonly record struct EngineHealth(
    int Channels, int ChannelCapacity, bool HasWork, TimeSpan SinceHeartbeat, Exception? Fault)
{
    /// <summary>No heartbeat for 5 s while work is queued, or no loop at all.</summary>
    public bool IsStuck => Fault is not null || (HasWork && SinceHeartbeat >= TimeSpan.FromSeconds(5));
}

namespace AsrService.Hosting;

/// <summary>Format that a model's matrices are kept in.</summary>
public enum WeightFormat
{
    /// <summary>As published: half the memory.</summary>
    BF16,

    /// <summary>Single precision.</summary>
    F32,
}

/// <summary>How the model is held and run; section <c>Asr:Engine</c>.</summary>
public sealed record EngineSettings
{
    /// <summary>Live channels admitted at once, if the KV cache holds as many; one more is refused with RESOURCE_EXHAUSTED.</summary>
    /// <value>1 to 128. Default 128.</value>
    public int MaxChannels { get; init; } = 128;

    /// <summary>Recordings recognized at once; four times as many may wait, one more is refused with RESOURCE_EXHAUSTED.</summary>
    /// <value>1 to 64. Default 8.</value>
    public int MaxFiles { get; init; } = 8;

    /// <summary>Texts that are aligned or wait for it; one more is refused with RESOURCE_EXHAUSTED.</summary>
    /// <value>1 to 4,096. Default 256.</value>
    public int MaxAlignments { get; init; } = 256;

    /// <summary>Threads that compute.</summary>
    /// <value>0 to 1,024; 0 for all that the container allows. Default 0.</value>
    public int Threads { get; init; }

    /// <summary>Format of the matrices.</summary>
    /// <value>BF16 or F32. Default BF16.</value>
    public WeightFormat Weights { get; init; } = WeightFormat.BF16;

    /// <summary>Most memory that the KV cache may take; it is taken as sequences grow.</summary>
    /// <value>1 MiB to 1 TiB. Default 2 GiB.</value>
    public long MaxKvBytes { get; init; } = 2L << 30;

    /// <summary>Time that a step of the batch loop aims at.</summary>
    /// <value>10 ms to 2 s. Default 250 ms.</value>
    public TimeSpan StepBudget { get; init; } = TimeSpan.FromMilliseconds(250);
}

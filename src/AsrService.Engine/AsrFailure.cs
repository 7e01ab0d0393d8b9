namespace AsrService.Engine;

/// <summary>Why the engine refuses or ends a caller's work; closed, so that one function can map it to an answer.</summary>
public enum AsrFailure
{
    /// <summary>An option is outside its range.</summary>
    InvalidOptions,

    /// <summary>A recording cannot be decoded.</summary>
    InvalidAudio,

    /// <summary>All places for live channels are taken; retry later.</summary>
    StreamLimitReached,

    /// <summary>The work needs more KV memory than is free; retry later.</summary>
    KvCacheExhausted,

    /// <summary>The caller does not read its finals.</summary>
    ClientTooSlow,

    /// <summary>The model failed on this caller's work.</summary>
    ModelFault,

    /// <summary>The engine is being shut down.</summary>
    Stopping,

    /// <summary>A service that does the work is away; retry later.</summary>
    Unavailable,
}

/// <summary>The engine refuses or ends a caller's work; nobody else's is affected.</summary>
/// <param name="failure">Which kind.</param>
/// <param name="message">For the caller: names value and limit, holds nothing of its words.</param>
/// <param name="cause">What led to it.</param>
public sealed class AsrException(AsrFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Which kind.</summary>
    public AsrFailure Failure { get; } = failure;

    /// <summary>The option at fault, in lower_snake_case; null where none is.</summary>
    public string? Field { get; init; }
}

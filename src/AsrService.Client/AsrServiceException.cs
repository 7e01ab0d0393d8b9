namespace AsrService.Client;

/// <summary>The service refused, failed or could not be reached.</summary>
public sealed class AsrServiceException : Exception
{
    internal AsrServiceException(string message, AsrStatus status, string reason, string address, Exception? cause = null)
        : base(message, cause)
    {
        Status = status;
        Reason = reason;
        Address = address;
    }

    /// <summary>How the call failed.</summary>
    public AsrStatus Status { get; }

    /// <summary>Why, for programs, as <c>BAD_VALUE</c> or <c>SERVER_FULL</c>; empty where the service does not say.</summary>
    public string Reason { get; }

    /// <summary>The address that was called.</summary>
    public string Address { get; }

    /// <summary>When a retry may succeed; null where the service does not say.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>Names a fault of the service to its operator; null where there was none.</summary>
    public string? ErrorId { get; internal init; }
}

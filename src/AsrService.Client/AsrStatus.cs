namespace AsrService.Client;

/// <summary>How a call failed, as gRPC numbers it.</summary>
public enum AsrStatus
{
    /// <summary>It did not.</summary>
    Ok = 0,

    /// <summary>Cancelled, by the caller or on the way.</summary>
    Cancelled = 1,

    /// <summary>Nobody says.</summary>
    Unknown = 2,

    /// <summary>A value that the service does not take.</summary>
    InvalidArgument = 3,

    /// <summary>Too late.</summary>
    DeadlineExceeded = 4,

    /// <summary>No such model, or a resume token that is not valid any more.</summary>
    NotFound = 5,

    /// <summary>It is there already.</summary>
    AlreadyExists = 6,

    /// <summary>These credentials do not allow it.</summary>
    PermissionDenied = 7,

    /// <summary>No free place, or a quota is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>Not in this state, as where aligned words are required and there is no aligner.</summary>
    FailedPrecondition = 9,

    /// <summary>Ended by the service, as where a newer call took the session over.</summary>
    Aborted = 10,

    /// <summary>Beyond a limit.</summary>
    OutOfRange = 11,

    /// <summary>Not served there.</summary>
    Unimplemented = 12,

    /// <summary>A fault of the service or of the transport.</summary>
    Internal = 13,

    /// <summary>Nobody answers, or the service shuts down.</summary>
    Unavailable = 14,

    /// <summary>Data was lost.</summary>
    DataLoss = 15,

    /// <summary>No credentials, or bad ones.</summary>
    Unauthenticated = 16,
}

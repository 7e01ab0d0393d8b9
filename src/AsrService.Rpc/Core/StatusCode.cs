namespace Grpc.Core;

/// <summary>How a call ended; the numbers are those of <c>grpc-status</c> on the wire.</summary>
/// <remarks>When our services answer which is written down in docs/api.md.</remarks>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code, or a status from another address space.</summary>
    Unknown = 2,

    /// <summary>A bad value, whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The caller's deadline passed first; the work may have been done all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a place or a memory limit is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that this call needs; a retry does not help before it changes.</summary>
    FailedPrecondition = 9,

    /// <summary>Ended by the server for a reason of concurrency or time; retry at a higher level.</summary>
    Aborted = 10,

    /// <summary>A position past the valid range, as past the end of a session.</summary>
    OutOfRange = 11,

    /// <summary>The method is not known or not enabled here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken; also a malformed message in the protocol.</summary>
    Internal = 13,

    /// <summary>Not to be reached right now; retry with a pause.</summary>
    Unavailable = 14,

    /// <summary>Data lost for good.</summary>
    DataLoss = 15,

    /// <summary>No credentials, or credentials that do not hold.</summary>
    Unauthenticated = 16,
}

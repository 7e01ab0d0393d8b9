namespace Grpc.Core;

/// <summary>
/// What a client says about one call beside its messages; unchangeable, <c>With…</c> makes a changed copy.
/// </summary>
public struct CallOptions
{
    /// <summary>All that is not given is absent: no headers, no deadline, no credentials.</summary>
    /// <param name="headers">Sent with the call.</param>
    /// <param name="deadline">In UTC; afterwards the call ends with <see cref="StatusCode.DeadlineExceeded"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="writeOptions">How requests are written.</param>
    /// <param name="propagationToken">Of the handler that makes the call; not supported by this runtime.</param>
    /// <param name="credentials">Added to those of the channel.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Sent with the call; null for none.</summary>
    public Metadata? Headers { get; private set; }

    /// <summary>When the caller gives up, in UTC; null for never.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>Ends the call.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>How requests are written; null for the channel's defaults.</summary>
    public WriteOptions? WriteOptions { get; }

    /// <summary>Of the handler that makes the call; not supported by this runtime.</summary>
    public ContextPropagationToken? PropagationToken { get; }

    /// <summary>Added to those of the channel; null for none.</summary>
    public CallCredentials? Credentials { get; private set; }

    /// <summary>A copy with other headers.</summary>
    public readonly CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>A copy with another deadline.</summary>
    public readonly CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>A copy with another token.</summary>
    public readonly CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { CancellationToken = cancellationToken };

    /// <summary>A copy with other credentials.</summary>
    public readonly CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };
}

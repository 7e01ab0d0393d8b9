namespace Grpc.Core;

/// <summary>A call that ended, or is to end, with another status than OK.</summary>
/// <remarks>
/// Thrown by a handler it becomes the call's status and trailers; thrown by a client call it is what the server sent.
/// </remarks>
public class RpcException : Exception
{
    /// <summary>With a message made from the status, and no trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>With a message of its own, and no trailers.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>With a message made from the status.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>With everything given.</summary>
    /// <param name="status">The status; its debug exception becomes the inner exception.</param>
    /// <param name="trailers">Trailing metadata, as <c>grpc-status-details-bin</c>.</param>
    /// <param name="message">The exception's message.</param>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>The status.</summary>
    public Status Status { get; }

    /// <summary>The status code, so that <c>when</c> clauses read well.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Trailing metadata; empty, never null.</summary>
    public Metadata Trailers { get; }
}

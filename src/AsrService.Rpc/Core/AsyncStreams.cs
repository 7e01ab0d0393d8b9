namespace Grpc.Core;

/// <summary>Messages as they arrive from the other side. One reader at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The newest message; valid once <see cref="MoveNext"/> has answered true.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; not reading is what holds the sender back.</summary>
    /// <param name="cancellationToken">Cancelling it ends the call, not only the wait.</param>
    /// <returns>False at the end of the stream.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Messages to the other side. One write at a time; it completes when the transport takes the next.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are written; null for the call's defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message, waiting while the other side does not read.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message, waiting while the other side does not read.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancelling it ends the call, as half a message cannot be taken back.</param>
    /// <exception cref="NotSupportedException">The token can be cancelled and the writer does not support
    /// that.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException($"{GetType()} cannot cancel a single write.")
        : WriteAsync(message);
}

/// <summary>The server's side of a response stream; it ends when the handler returns.</summary>
/// <typeparam name="T">The response message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;

/// <summary>The client's side of a request stream.</summary>
/// <typeparam name="T">The request message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more requests follow; the responses go on.</summary>
    Task CompleteAsync();
}

/// <summary>Reading without a token.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Waits for the next message until the call itself ends.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return streamReader.MoveNext(CancellationToken.None);
    }
}

using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using AsrService.Rpc.Wire;
using Grpc.Core;

namespace AsrService.Rpc.Server;

/// <summary>The responses of a call. Each is serialized into the connection's own buffer and flushed once.</summary>
internal sealed class ServerStreamWriter<T>(HttpServerCallContext call, Marshaller<T> marshaller)
    : IServerStreamWriter<T>
    where T : class
{
    // Of messages written with a buffer hint; more is flushed all the same.
    private const int LargestHeldBack = 32 * 1024;

    private readonly MessageWriter<T> _messages = new(marshaller, call.Settings.MaxSendMessageSize);
    private int _isWriting;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        call.ThrowIfEnded();
        if (Interlocked.Exchange(ref _isWriting, 1) == 1)
        {
            throw new InvalidOperationException("The previous write is not finished; await it first.");
        }

        try
        {
            call.CancellationToken.ThrowIfCancellationRequested();
            using var cancel = cancellationToken.UnsafeRegister(
                static state => ((HttpServerCallContext)state!).Cancel(), call);
            await PutAsync(message).ConfigureAwait(false);
            await FlushAsync(call.HttpContext.Response.BodyWriter).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    /// <summary>Writes the one response of a call that has one; it leaves together with the trailers.</summary>
    public async ValueTask PutAsync(T message)
    {
        await call.StartAsync().ConfigureAwait(false);
        var body = call.HttpContext.Response.BodyWriter;
        _messages.Write(message, body, call.Compression(WriteOptions));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushAsync(PipeWriter body)
    {
        var flags = (WriteOptions ?? call.WriteOptions)?.Flags ?? default;
        if (flags.HasFlag(WriteFlags.BufferHint) && body.UnflushedBytes < LargestHeldBack) return;

        var flushed = await body.FlushAsync(call.CancellationToken).ConfigureAwait(false);
        if (!flushed.IsCompleted && !flushed.IsCanceled) return;

        call.Cancel(); // the caller is gone
        throw new OperationCanceledException("The call was cancelled.", call.CancellationToken);
    }
}

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

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        call.EnterResponse();
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
            call.LeaveResponse();
        }
    }

    /// <summary>Writes the one response of a call that has one; it leaves together with the trailers.</summary>
    public async ValueTask WriteSingleAsync(T message)
    {
        call.EnterResponse();
        try
        {
            await PutAsync(message).ConfigureAwait(false);
        }
        finally
        {
            call.LeaveResponse();
        }
    }

    private async ValueTask PutAsync(T message)
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

        var flushing = body.FlushAsync(CancellationToken.None);
        var flushed = flushing.IsCompletedSuccessfully
            ? flushing.Result
            : await WaitAsync(flushing.AsTask()).ConfigureAwait(false);
        if (!flushed.IsCompleted && !flushed.IsCanceled) return;

        call.Cancel(); // the caller is gone
        throw new OperationCanceledException("The call was cancelled.", call.CancellationToken);
    }

    // A cancelled call leaves its flush behind, to be waited for before the status: Kestrel would reset the stream of
    // a flush that is cancelled, and the status would be lost.
    private Task<FlushResult> WaitAsync(Task<FlushResult> flushing)
    {
        call.Flushing = flushing;
        return flushing.WaitAsync(call.CancellationToken);
    }
}

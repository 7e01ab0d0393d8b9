using System.IO.Pipelines;
using AsrService.Rpc.Wire;
using Grpc.Core;

namespace AsrService.Rpc.Server;

/// <summary>The requests of a call.</summary>
internal sealed class ServerStreamReader<T>(HttpServerCallContext call, PipeReader body, Marshaller<T> marshaller)
    : IAsyncStreamReader<T>
    where T : class
{
    private readonly MessageReader<T> _messages =
        new(body, marshaller, call.RequestEncoding, call.Settings.MaxReceiveMessageSize);

    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no message: MoveNext comes first.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        call.ThrowIfEnded();
        using var cancel = cancellationToken.CanBeCanceled && cancellationToken != call.CancellationToken
            ? cancellationToken.UnsafeRegister(static state => ((HttpServerCallContext)state!).Cancel(), call)
            : default;
        try
        {
            _current = null;
            _current = await _messages.ReadAsync(call.CancellationToken).ConfigureAwait(false);
            return _current is not null;
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            throw HungUp(broken);
        }
    }

    /// <summary>The one request of a call that has one.</summary>
    public async ValueTask<T> ReadSingleAsync()
    {
        try
        {
            return await _messages.ReadSingleAsync(call.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            throw HungUp(broken);
        }
    }

    // After RST_STREAM the read fails before RequestAborted fires, with an IOException or an OperationCanceledException
    // of Kestrel's own: without this the handler would see a dead call whose token is not cancelled.
    private OperationCanceledException HungUp(Exception broken)
    {
        call.Cancel();
        return new OperationCanceledException("The call was cancelled.", broken, call.CancellationToken);
    }
}

using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>The requests of a call.</summary>
/// <param name="call">The call.</param>
/// <param name="endsWithStatus">Whether the call reads its response by itself, so that its status always comes.</param>
internal sealed class ClientStreamWriter<TRequest, TResponse>(HttpCall<TRequest, TResponse> call, bool endsWithStatus)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _isWriting;
    private bool _isComplete;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_isComplete) throw new InvalidOperationException("The request stream is complete.");
        if (Interlocked.Exchange(ref _isWriting, 1) == 1)
        {
            throw new InvalidOperationException("The previous write is not finished; await it first.");
        }

        try
        {
            using var cancel = cancellationToken.UnsafeRegister(
                static state => ((HttpCall<TRequest, TResponse>)state!).CancelByCaller(), call);
            await call.WriteAsync(message, WriteOptions, endsWithStatus).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    public Task CompleteAsync()
    {
        if (Volatile.Read(ref _isWriting) == 1)
        {
            throw new InvalidOperationException("The previous write is not finished; await it first.");
        }

        _isComplete = true;
        call.CompleteRequests();
        return Task.CompletedTask;
    }
}

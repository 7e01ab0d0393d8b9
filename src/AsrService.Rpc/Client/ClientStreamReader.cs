using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>The responses of a call.</summary>
internal sealed class ClientStreamReader<TRequest, TResponse>(HttpCall<TRequest, TResponse> call)
    : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;

    public TResponse Current =>
        _current ?? throw new InvalidOperationException("There is no message: MoveNext comes first.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var cancel = cancellationToken.UnsafeRegister(
            static state => ((HttpCall<TRequest, TResponse>)state!).CancelByCaller(), call);
        _current = null;
        _current = await call.ReadNextAsync().ConfigureAwait(false);
        return _current is not null;
    }
}

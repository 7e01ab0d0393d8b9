using Grpc.Core;
using Polly;
using Polly.Retry;

namespace AsrService.Client;

/// <summary>Makes a call that is safe to repeat again at the next address, later and later, with jitter.</summary>
internal sealed class UnaryRetry(Addresses addresses, AsrClientOptions options)
{
    private const int Retries = 3;

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(
                options.Reconnect.IsEnabled && arguments.Outcome.Exception is UnaryFailure { Failure.IsWorthAnotherAddress: true } failed
                && !(failed.Failure.RetryAfter > options.Reconnect.MaxDelay)), // so long nobody waits for an answer
            MaxRetryAttempts = Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.Reconnect.FirstDelay,
            MaxDelay = options.Reconnect.MaxDelay,
            DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as UnaryFailure)?.Failure.RetryAfter),
        })
        .Build();

    /// <exception cref="AsrServiceException">It was refused, or has failed too often.</exception>
    public async Task<T> RunAsync<T>(Func<Connection, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
    {
        int place = addresses.Good - 1;
        try
        {
            return await _pipeline.ExecuteAsync(
                async token => await CallAsync(++place, start, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (UnaryFailure failed)
        {
            throw failed.Failure.ToException();
        }
    }

    private async Task<T> CallAsync<T>(
        int place, Func<Connection, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
    {
        var connection = addresses[place];
        try
        {
            using var call = start(connection, await connection.CallAsync(cancellationToken).ConfigureAwait(false));
            var answer = await call.ConfigureAwait(false);
            addresses.Answered(place);
            return answer;
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException failed)
        {
            throw new UnaryFailure(new CallFailure(failed, connection.Address));
        }
    }

    /// <summary>Carries a failure through the pipeline.</summary>
    private sealed class UnaryFailure(CallFailure failure) : Exception
    {
        public CallFailure Failure { get; } = failure;
    }
}

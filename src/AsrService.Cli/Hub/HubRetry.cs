using AsrService.Cli.Service;
using Polly;
using Polly.Retry;

namespace AsrService.Cli.Hub;

/// <summary>Makes a request again, later and later, with jitter; a hub that says when is heard.</summary>
/// <param name="delay">Before the second attempt, on average.</param>
internal sealed class HubRetry(TimeSpan delay)
{
    private const int Retries = 5;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30), LongestWait = TimeSpan.FromMinutes(2);

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is HubRetryException failed && !(failed.RetryAfter > LongestWait)),
            MaxRetryAttempts = Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = delay,
            MaxDelay = LongestDelay,
            DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as HubRetryException)?.RetryAfter),
        })
        .Build();

    /// <summary>Until it succeeds, or has failed too often.</summary>
    /// <exception cref="ServiceException">It has, or was refused.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(attempt, cancellation);
        }
        catch (HubRetryException failed)
        {
            string advice = failed.RetryAfter > LongestWait
                ? FormattableString.Invariant($" It wants to be asked again in {failed.RetryAfter.Value.TotalSeconds:F0} s.")
                : "";
            throw new ServiceException(ExitCodes.ServiceFailed, OneLine.Of(failed.Message + advice), failed);
        }
    }
}

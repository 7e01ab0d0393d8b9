using AsrService.Engine.Alignment;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Fallback;
using Polly.Retry;

namespace AsrService.Server.Refinement;

/// <summary>Asks an aligner that may be away, slow or broken; its faults become outcomes.</summary>
/// <remarks>
/// From the outside in: fallback to the fault, circuit breaker, total time, retries. The circuit sees an alignment with
/// all its attempts as one; neither what is the segment's own fault nor a
/// full aligner, which answers, opens it.
/// </remarks>
internal sealed partial class AlignmentPipeline
{
    private const double FailureRatio = 0.5;

    private readonly IAligner _aligner;
    private readonly ResiliencePipeline<AlignmentOutcome> _pipeline;

    public AlignmentPipeline(IAligner aligner, RefinementOptions options, TimeProvider time, ILogger logger)
    {
        _aligner = aligner;
        _pipeline = new ResiliencePipelineBuilder<AlignmentOutcome> { TimeProvider = time }
            .AddFallback(new FallbackStrategyOptions<AlignmentOutcome>
            {
                ShouldHandle = args => Is(args.Outcome.Exception is not null && !args.Context.CancellationToken.IsCancellationRequested),
                FallbackAction = args => Outcome.FromResultAsValueTask(new AlignmentOutcome(null, args.Outcome.Exception)),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AlignmentOutcome>
            {
                ShouldHandle = args => Is(IsAlignersFault(args.Outcome.Exception)),
                FailureRatio = FailureRatio,
                MinimumThroughput = options.FewestCalls,
                SamplingDuration = options.FailureWindow,
                BreakDuration = options.Pause,
                OnOpened = args =>
                {
                    Log.Opened(logger, args.BreakDuration, args.Outcome.Exception);
                    return default;
                },
                OnClosed = _ =>
                {
                    Log.Closed(logger);
                    return default;
                },
            })
            .AddTimeout(options.Timeout)
            .AddRetry(new RetryStrategyOptions<AlignmentOutcome>
            {
                ShouldHandle = args => Is(args.Outcome.Exception?.ToMiss() == AlignmentMiss.Unavailable),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    /// <summary>Times, or the fault because of which there are none.</summary>
    /// <exception cref="OperationCanceledException">The caller gave it up.</exception>
    public async Task<AlignmentOutcome> AlignAsync(AlignmentRequest request, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(
            async token =>
            {
                // Not cancelled but left behind where the aligner does not heed its token.
                var aligned = await _aligner.AlignAsync(request, token).WaitAsync(token);
                return new AlignmentOutcome(aligned, null);
            },
            cancellationToken);

    private static bool IsAlignersFault(Exception? fault) =>
        fault is not (null or OperationCanceledException)
        && fault.ToMiss() is not (AlignmentMiss.Refused or AlignmentMiss.Language or AlignmentMiss.Full or AlignmentMiss.CircuitOpen);

    private static ValueTask<bool> Is(bool answer) => ValueTask.FromResult(answer);

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning, "The aligner fails and is not asked for {Pause}; until then words keep estimated times.")]
        public static partial void Opened(ILogger logger, TimeSpan pause, Exception? fault);

        [LoggerMessage(2, LogLevel.Information, "The aligner answers again.")]
        public static partial void Closed(ILogger logger);
    }
}

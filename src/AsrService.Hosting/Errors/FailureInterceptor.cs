using System.Security.Cryptography;
using AsrService.Engine;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace AsrService.Hosting;

/// <summary>
/// Turns whatever a handler throws into an answer. What nobody expected is INTERNAL with an id, under which the log has
/// the exception; a caller's own cancellation is left to the runtime.
/// </summary>
public sealed partial class FailureInterceptor(ILogger<FailureInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(continuation);
        try
        {
            return await continuation(request, context);
        }
        catch (Exception failure) when (Answer(failure, context) is { } answer)
        {
            throw answer;
        }
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(continuation);
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception failure) when (Answer(failure, context) is { } answer)
        {
            throw answer;
        }
    }

    /// <inheritdoc/>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(continuation);
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception failure) when (Answer(failure, context) is { } answer)
        {
            throw answer;
        }
    }

    /// <summary>What to throw instead; null to leave it as it is.</summary>
    internal RpcException? Answer(Exception failure, ServerCallContext context)
    {
        switch (failure)
        {
            case RpcException answer:
                return failure.Data.Contains(ResumeTokenDetail.Key) ? ResumeTokenDetail.Carry(answer, failure) : null;
            case OperationCanceledException or IOException when context.CancellationToken.IsCancellationRequested:
                Log.CallerLeft(logger, context.Method);
                return null;
            case AsrException { Failure: not AsrFailure.ModelFault } refusal:
                return ResumeTokenDetail.Carry(refusal.ToRpcException(""), failure);
            default:
                string errorId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
                Log.Failed(logger, context.Method, errorId, failure);
                return ResumeTokenDetail.Carry(Refusals.EngineFault(errorId), failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} failed; the caller was told error id {ErrorId}.")]
        public static partial void Failed(ILogger logger, string method, string errorId, Exception failure);

        [LoggerMessage(2, LogLevel.Debug, "The caller of {Method} left.")]
        public static partial void CallerLeft(ILogger logger, string method);
    }
}

using Grpc.Core;
using Grpc.Core.Interceptors;

namespace AsrService.Hosting;

/// <summary>Times calls. Comes before <see cref="FailureInterceptor"/>, so that it sees the status that callers get.</summary>
public sealed class CallTimer(HostingMetrics metrics, TimeProvider time) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await TimeAsync(context, async () => response = await continuation(request, context));
        return response!;
    }

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await TimeAsync(context, async () => response = await continuation(requestStream, context));
        return response!;
    }

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        TimeAsync(context, () => continuation(request, responseStream, context));

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        TimeAsync(context, () => continuation(requestStream, responseStream, context));

    private async Task TimeAsync(ServerCallContext context, Func<Task> handle)
    {
        long began = time.GetTimestamp();
        var status = StatusCode.Unknown;
        try
        {
            await handle();
            status = context.Status.StatusCode;
        }
        catch (RpcException failure)
        {
            status = failure.StatusCode;
            throw;
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            status = context.Deadline <= time.GetUtcNow().UtcDateTime ? StatusCode.DeadlineExceeded : StatusCode.Cancelled;
            throw;
        }
        finally
        {
            metrics.CallEnded(context.Method, status, time.GetElapsedTime(began));
        }
    }
}

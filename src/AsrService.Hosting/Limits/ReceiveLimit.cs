using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Resets a call of one message when that takes too long to arrive. The idle limit of streams does not help there: the
/// message is read before the handler runs, and a data rate (Kestrel's) would end the connection with all its calls.
/// </summary>
internal sealed class ReceiveLimit(RequestDelegate next, IOptions<AsrOptions> options, TimeProvider time)
{
    private readonly TimeSpan _longest = options.Value.Limits.MaxReceive;

    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is MethodType.Unary or MethodType.ServerStreaming
            ? RunAsync(http)
            : next(http);

    private async Task RunAsync(HttpContext http)
    {
        var timer = time.CreateTimer(static request => ((HttpContext)request!).Abort(), http, _longest, Timeout.InfiniteTimeSpan);
        await using (timer)
        {
            http.Features.Set<Waiting>(new(timer));
            await next(http);
        }
    }

    private sealed record Waiting(ITimer Timer);

    /// <summary>Runs when the message has arrived.</summary>
    internal sealed class Arrival : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Stop(context);
            return continuation(request, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Stop(context);
            return continuation(request, responseStream, context);
        }

        private static void Stop(ServerCallContext context) =>
            context.GetHttpContext().Features.Get<Waiting>()?.Timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}

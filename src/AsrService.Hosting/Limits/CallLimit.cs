using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Bounds the calls that run at once over all connections, before anything of a message is read: each may hold an
/// incomplete message of the largest size. Calls that need no credentials have places of their own, so that nobody
/// without any can take those of the others.
/// </summary>
internal sealed class CallLimit(RequestDelegate next, IOptions<AsrOptions> options, HostingMetrics metrics)
{
    private readonly int _most = options.Value.Limits.MaxCalls;
    private int _running, _open;

    public Task InvokeAsync(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<GrpcMethodMetadata>() is not { } method) return next(http);
        return metadata.GetMetadata<OpenEndpoint>() is null
            ? RunAsync(http, method, ref _running, static self => Interlocked.Decrement(ref self._running))
            : RunAsync(http, method, ref _open, static self => Interlocked.Decrement(ref self._open));
    }

    private Task RunAsync(HttpContext http, GrpcMethodMetadata method, ref int count, Action<CallLimit> leave)
    {
        if (Interlocked.Increment(ref count) <= _most) return RunAsync(http, leave);
        leave(this);
        var refusal = Refusals.ServerFull(FormattableString.Invariant($"All of {_most} calls are taken."));
        metrics.CallEnded(method.Method.FullName, refusal.StatusCode, TimeSpan.Zero);
        return RefusalWriter.WriteAsync(http, refusal);
    }

    private async Task RunAsync(HttpContext http, Action<CallLimit> leave)
    {
        try
        {
            await next(http);
        }
        finally
        {
            leave(this);
        }
    }
}

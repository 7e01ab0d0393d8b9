using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>From the gRPC call to the HTTP request behind it.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The HTTP request that carries a call; valid until the handler returns.</summary>
    /// <exception cref="InvalidOperationException">The context is a fake without a request.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is AsrService.Rpc.Server.HttpServerCallContext call) return call.HttpContext;
        throw new InvalidOperationException($"{serverCallContext.GetType()} has no HTTP request behind it.");
    }
}

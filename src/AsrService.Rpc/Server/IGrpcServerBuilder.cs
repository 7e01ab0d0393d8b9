using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>What <c>AddGrpc</c> returns, for further settings.</summary>
public interface IGrpcServerBuilder
{
    /// <summary>The collection that gRPC was added to.</summary>
    IServiceCollection Services { get; }
}

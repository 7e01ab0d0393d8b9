using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>On each endpoint of a gRPC method: which method of which service it is.</summary>
public sealed class GrpcMethodMetadata
{
    /// <summary>Made when a service is mapped.</summary>
    public GrpcMethodMetadata(Type serviceType, IMethod method)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ArgumentNullException.ThrowIfNull(method);
        ServiceType = serviceType;
        Method = method;
    }

    /// <summary>The class that implements the service.</summary>
    public Type ServiceType { get; }

    /// <summary>The method.</summary>
    public IMethod Method { get; }
}

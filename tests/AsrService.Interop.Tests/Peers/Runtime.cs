namespace AsrService.Interop.Tests.Peers;

/// <summary>Whose gRPC a program runs on.</summary>
public enum Runtime
{
    /// <summary>AsrService.Rpc.</summary>
    Ours,

    /// <summary>Node.js with @grpc/grpc-js.</summary>
    GrpcJs,

    /// <summary>Debian's python3-grpcio: the C core.</summary>
    Grpcio,
}

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>Whose gRPC a client runs on.</summary>
public enum Runtime
{
    /// <summary>Node.js with @grpc/grpc-js.</summary>
    GrpcJs,

    /// <summary>Debian's python3-grpcio: the C core.</summary>
    Grpcio,
}

namespace AsrService.Hosting;

/// <summary>What tells one service's program from another's.</summary>
/// <param name="Name">Of the program.</param>
/// <param name="GrpcPort">On loopback, unless another address is set.</param>
/// <param name="HttpPort">On loopback, unless another address is set.</param>
/// <param name="ModelSetting">What <c>--model</c> is short for.</param>
public sealed record ServiceKind(string Name, int GrpcPort, int HttpPort, string ModelSetting)
{
    internal IDictionary<string, string?> Defaults => new Dictionary<string, string?>
    {
        ["Kestrel:Endpoints:Grpc:Url"] = FormattableString.Invariant($"http://127.0.0.1:{GrpcPort}"),
        ["Kestrel:Endpoints:Grpc:Protocols"] = "Http2",
        ["Kestrel:Endpoints:Http:Url"] = FormattableString.Invariant($"http://127.0.0.1:{HttpPort}"),
        ["Kestrel:Endpoints:Http:Protocols"] = "Http1",
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        // Whoever starts the service gets the exception itself, and the program prints it as one line.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
        // It quotes what callers send, credentials as well.
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests"] = "None",
    };
}

namespace AsrService.Interop.Host;

/// <summary>Names that the server and the client of the public cases agree on.</summary>
internal static class EchoNames
{
    public const string Initial = "x-grpc-test-echo-initial";
    public const string Trailing = "x-grpc-test-echo-trailing-bin";

    /// <summary>How stock .NET code asks for compression, of a call's requests or of its responses.</summary>
    public const string CompressionRequest = "grpc-internal-encoding-request";

    /// <summary>Not of the public cases: what the health service is to say of a service from now on.</summary>
    public const string SetHealth = "x-set-health";

    public const string Authorization = "authorization";
    public const string Token = "Bearer interop-token";
    public const string TokenOwner = "interop-user";
}

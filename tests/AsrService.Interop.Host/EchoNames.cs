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

    /// <summary>Not of the public cases: a call's name.</summary>
    public const string CallName = "x-call-name";

    /// <summary>Not of the public cases: the name of the call whose end EmptyCall waits for.</summary>
    public const string AwaitEndOf = "x-await-end-of";

    public const string Authorization = "authorization";
    public const string Token = "Bearer interop-token";
    public const string TokenOwner = "interop-user";
}

using System.Security.Cryptography.X509Certificates;
using AsrService.Interop.Host.Wire;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;

namespace AsrService.Interop.Host;

/// <summary>A server as one case sees it: each case has its own connection, closed at its end.</summary>
internal sealed class InteropPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly GrpcChannel _channel;
    private readonly FrameRecorder _wire;

    public InteropPeer(CaseCommand command)
    {
        SeesCompression = command.SeesCompression;
        var handler = new SocketsHttpHandler();
        if (command.Certificate is { } path) Trust(handler, path);
        _wire = new FrameRecorder(handler);
        var recorded = new GrpcChannelOptions { HttpHandler = _wire, DisposeHttpClient = true };
        string scheme = command.Certificate is null ? "http" : "https";
        _channel = command.Address.StartsWith("unix:", StringComparison.Ordinal)
            ? GrpcChannel.ForAddress(command.Address) // the channel's own handler, so nothing is recorded
            : GrpcChannel.ForAddress($"{scheme}://{command.Address}", recorded);
        Test = new TestService.TestServiceClient(_channel);
        Unimplemented = new UnimplementedService.UnimplementedServiceClient(_channel);
    }

    public TestService.TestServiceClient Test { get; }

    public UnimplementedService.UnimplementedServiceClient Unimplemented { get; }

    /// <inheritdoc cref="CaseCommand"/>
    public bool SeesCompression { get; }

    /// <summary>Whether each message of the newest call was compressed, as it passed the connection.</summary>
    public IReadOnlyList<bool> SentCompressed => _wire.Requests[^1].Compressed;

    /// <inheritdoc cref="SentCompressed"/>
    public IReadOnlyList<bool> ReceivedCompressed => _wire.Responses[^1].Compressed;

    /// <summary>Options that end a call which hangs, before the test does.</summary>
    public static CallOptions Options(
        Metadata? headers = null,
        TimeSpan? timeout = null,
        CallCredentials? credentials = null,
        CancellationToken cancellationToken = default)
    {
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + (timeout ?? Patience);
        return new CallOptions(headers, deadline, cancellationToken, credentials: credentials);
    }

    public void Dispose() => _channel.Dispose();

    private static void Trust(SocketsHttpHandler handler, string certificatePath)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath)));
        handler.SslOptions.CertificateChainPolicy = policy;
    }
}

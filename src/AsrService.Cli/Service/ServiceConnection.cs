using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AsrService.Contracts.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace AsrService.Cli.Service;

/// <summary>A channel to a service, with what it is told of the caller.</summary>
internal sealed class ServiceConnection : IDisposable
{
    private readonly GrpcChannel _channel;

    /// <param name="address">As <see cref="ServerAddress.Parse"/> returns it.</param>
    /// <param name="access">Owned by the caller.</param>
    public ServiceConnection(string address, ServiceAccess access)
    {
        bool isTls = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        if (!isTls && (access.Authorities ?? (object?)access.Certificate) is not null)
            throw new UsageException("--ca, --cert: expected with an https address only.");
        _channel = isTls && (access.Authorities ?? (object?)access.Certificate) is not null
            ? GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = NewHandler(access), DisposeHttpClient = true })
            : GrpcChannel.ForAddress(address);
        Invoker = access.Authorization is { } value
            ? _channel.Intercept(new CallHeader("authorization", value))
            : _channel.CreateCallInvoker();
    }

    /// <summary>For stubs.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>A stub of the one that all commands call.</summary>
    public Transcriber.TranscriberClient Transcriber => new(Invoker);

    public void Dispose() => _channel.Dispose();

    private static SocketsHttpHandler NewHandler(ServiceAccess access)
    {
        var tls = new SslClientAuthenticationOptions();
        if (access.Certificate is { } certificate) tls.ClientCertificates = [certificate];
        if (access.Authorities is { } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return new SocketsHttpHandler
        {
            SslOptions = tls,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            ConnectTimeout = TimeSpan.FromSeconds(20),
            AllowAutoRedirect = false,
            UseCookies = false,
        };
    }
}

using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client;

/// <summary>The connections to one address, shared by all calls.</summary>
internal sealed class Connection : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsrClientOptions _options;

    /// <exception cref="ArgumentException">The address is none, or credentials must not go there.</exception>
    public Connection(string address, AsrClientOptions options)
    {
        (Address, _options) = (address, options);
        CheckClearText(address, options);
        _channel = Open(address, options);
        Transcriber = new V1.Transcriber.TranscriberClient(_channel);
        Aligner = new V1.Aligner.AlignerClient(_channel);
    }

    public string Address { get; }

    public V1.Transcriber.TranscriberClient Transcriber { get; }

    public V1.Aligner.AlignerClient Aligner { get; }

    /// <summary>Options of a call, with fresh credentials.</summary>
    public async ValueTask<CallOptions> CallAsync(CancellationToken cancellationToken)
    {
        var headers = new Metadata();
        if (_options.ApiKey is { } key) headers.Add("x-api-key", key);
        if (_options.BearerToken is { } provider)
            headers.Add("authorization", "Bearer " + await provider(cancellationToken).ConfigureAwait(false));
        return new CallOptions(headers, cancellationToken: cancellationToken);
    }

    public void Dispose() => _channel.Dispose();

    private static void CheckClearText(string address, AsrClientOptions options)
    {
        if (!options.HasCredentials || options.AllowsCredentialsInClearText) return;
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
        {
            throw new ArgumentException(
                $"Credentials would go to {address} in clear text; use https, or say " +
                    $"{nameof(AsrClientOptions.AllowsCredentialsInClearText)}.",
                nameof(address));
        }
    }

    private static GrpcChannel Open(string address, AsrClientOptions options)
    {
        try
        {
            return GrpcChannel.ForAddress(address, ChannelOptions(address, options));
        }
        catch (UriFormatException no)
        {
            throw new ArgumentException($"'{address}' is not http://, https:// or unix:.", nameof(address), no);
        }
    }

    private static GrpcChannelOptions ChannelOptions(string address, AsrClientOptions options)
    {
        // A Unix socket has no TLS, and needs the channel's own handler.
        if (address.StartsWith("unix:", StringComparison.OrdinalIgnoreCase)) return new GrpcChannelOptions();
        var handler = GrpcChannel.NewHandler();
        handler.ConnectTimeout = options.AnswerTimeout;
        if (options.ClientCertificate is { } certificate) handler.SslOptions.ClientCertificates = [certificate];
        if (options.TrustedRoots is { } roots) handler.SslOptions.CertificateChainPolicy = Trust(roots);
        return new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true };
    }

    private static X509ChainPolicy Trust(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // private roots seldom serve revocation lists
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}

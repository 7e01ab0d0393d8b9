using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AsrService.Contracts.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace AsrService.Hosting.Tests.Auth;

[Trait("Category", "EndToEnd")]
public sealed class ClientCertificateTests : IDisposable
{
    private readonly Authority _ours = new("ours"), _foreign = new("foreign");

    public void Dispose()
    {
        _ours.Dispose();
        _foreign.Dispose();
    }

    [Theory]
    [InlineData("CommonName", "CN=acme", null, null, "acme False")]
    [InlineData("CommonName", "CN=boss", null, null, "boss True")]
    [InlineData("CommonName", "O=acme, CN=umbrella", "acme.example", null, "umbrella False")]
    [InlineData("DnsName", "CN=boss", "acme.example", null, "acme.example False")]
    [InlineData("Uri", "CN=boss", null, "spiffe://example.org/acme", "spiffe://example.org/acme False")]
    [InlineData("CommonName", "O=acme", null, null, null)]
    [InlineData("CommonName", "CN=acme, CN=boss", null, null, null)]
    [InlineData("DnsName", "CN=acme.example", null, null, null)]
    [InlineData("Uri", "CN=acme", "acme.example", null, null)]
    public async Task Call_WithACertificateOfOurs_IsOfWhomItNames(string from, string subject, string? dns, string? uri, string? caller)
    {
        await using var host = await StartAsync(("Asr:Auth:ClientCertificates:TenantFrom", from), ("Asr:Auth:ClientCertificates:AdminNames:0", "boss"));
        using var certificate = _ours.Issue(subject, dns: dns, uri: uri);

        if (caller is not null)
        {
            Assert.Equal(caller, await CallAsync(host, certificate));
            return;
        }

        var refused = await Assert.ThrowsAsync<RpcException>(() => CallAsync(host, certificate));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal(1, await host.FailuresAsync("tenant"));
    }

    [Theory]
    [InlineData("foreign")]
    [InlineData("expired")]
    [InlineData("too early")]
    [InlineData("of a server")]
    [InlineData("self-signed")]
    public async Task Call_WithAnotherCertificate_HasNoConnection(string kind)
    {
        await using var host = await StartAsync();
        using var certificate = kind switch
        {
            "foreign" => _foreign.Issue("CN=acme"),
            "expired" => _ours.Issue("CN=acme", fromDays: -3, untilDays: -1),
            "too early" => _ours.Issue("CN=acme", fromDays: 1, untilDays: 3),
            "of a server" => _ours.Issue("CN=acme", isServer: true),
            _ => SelfSigned(),
        };

        var refused = await Assert.ThrowsAsync<RpcException>(() => CallAsync(host, certificate));

        Assert.NotEqual(StatusCode.OK, refused.StatusCode);
        Assert.Equal(0, host.Probe.Calls);
        Assert.True(await host.FailuresAsync("certificate") > 0);
        using var good = _ours.Issue("CN=acme");
        Assert.Equal("acme False", await CallAsync(host, good));
    }

    [Fact]
    public async Task Call_WithoutCertificate_IsAskedForOne()
    {
        await using var host = await StartAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(() => CallAsync(host, null));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal(1, await host.FailuresAsync("missing"));
    }

    [Fact]
    public async Task Call_WithBoth_IsTheKeys_AndABadKeyIsNotMadeGood()
    {
        const string Key = "key-of-umbrella-012345";
        await using var host = await StartAsync(("Asr:Auth:ApiKeys:0:Tenant", "umbrella"), ("Asr:Auth:ApiKeys:0:Key", Key));
        using var certificate = _ours.Issue("CN=acme");

        Assert.Equal("acme False", await CallAsync(host, certificate));
        Assert.Equal("umbrella False", await CallAsync(host, certificate, Key));
        Assert.Equal("umbrella False", await CallAsync(host, null, Key));
        var refused = await Assert.ThrowsAsync<RpcException>(() => CallAsync(host, certificate, "wrong-key-0123456789"));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    private Task<GateHost> StartAsync(params (string Name, string Value)[] settings) => GateHost.StartAsync(
        [.. _ours.Serve("A"), ("Asr:Auth:ClientCertificates:AuthorityFiles:0", _ours.File), .. settings]);

    private async Task<string> CallAsync(GateHost host, X509Certificate2? certificate, string? key = null)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = certificate is null ? null : [certificate],
                // A client whose library would not send what the server does not ask for by name.
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(_ours.File, TestContext.Current.CancellationToken)) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using var channel = GrpcChannel.ForAddress(host.Grpc.OriginalString, new GrpcChannelOptions { HttpHandler = handler });
        var headers = new Metadata();
        if (key is not null) headers.Add("x-api-key", key);
        var answer = await new Operations.OperationsClient(channel).GetStatsAsync(new GetStatsRequest(), headers);
        return answer.ServerVersion;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new CertificateRequest("CN=acme", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

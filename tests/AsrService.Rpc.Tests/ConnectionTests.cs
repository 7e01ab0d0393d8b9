using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class ConnectionTests
{
    private static readonly CallCredentials Bearer = CallCredentials.FromInterceptor((context, metadata) =>
    {
        metadata.Add("authorization", $"Bearer for {context.MethodName} of {context.ServiceUrl}");
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Tls_WithClientCertificate_IsSeenByTheHandler()
    {
        using var serverCertificate = Certificates.Make("localhost");
        using var clientCertificate = Certificates.Make("a-client");
        await using var server = await RpcServer.StartAsync(certificate: serverCertificate);
        AuthContext? seen = null;
        server.Handlers.Unary = (request, context) =>
        {
            seen = context.AuthContext;
            return Task.FromResult(request);
        };

        await server.Client(Tls(serverCertificate, clientCertificate)).Unary([1]).ResponseAsync.Soon();

        Assert.True(seen!.IsPeerAuthenticated);
        Assert.Equal("a-client", Assert.Single(seen.PeerIdentity).Value);
    }

    [Fact]
    public async Task Tls_WithoutClientCertificate_IsAnonymous()
    {
        using var certificate = Certificates.Make("localhost");
        await using var server = await RpcServer.StartAsync(certificate: certificate);

        byte[] answer = await server.Client(Tls(certificate)).Unary([1]).ResponseAsync.Soon();

        Assert.Equal([1], answer);
    }

    [Fact]
    public async Task Tls_UntrustedServer_IsUnavailable()
    {
        using var certificate = Certificates.Make("localhost");
        await using var server = await RpcServer.StartAsync(certificate: certificate);

        await server.Client().Unary([1]).ResponseAsync.FailsAsync(StatusCode.Unavailable);
    }

    [Fact]
    public async Task CallCredentials_OverTls_AreSent()
    {
        using var certificate = Certificates.Make("localhost");
        await using var server = await RpcServer.StartAsync(certificate: certificate);
        var seen = RecordHeaders(server);
        var options = Tls(certificate);
        options.Credentials = ChannelCredentials.Create(
            ChannelCredentials.SecureSsl,
            CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("x-api-key", "key");
                return Task.CompletedTask;
            }));

        await server.Client(options).Unary([1], new CallOptions(credentials: Bearer)).ResponseAsync.Soon();

        var headers = await seen.Soon();
        Assert.Equal("key", headers.GetValue("x-api-key"));
        Assert.Equal($"Bearer for Unary of {server.Address}/test.Bytes", headers.GetValue("authorization"));
    }

    [Fact]
    public async Task CallCredentials_InClearText_AreNotSentUnlessAllowed()
    {
        await using var server = await RpcServer.StartAsync();
        var seen = RecordHeaders(server);

        await server.Client().Unary([1], new CallOptions(credentials: Bearer)).ResponseAsync
            .FailsAsync(StatusCode.Unauthenticated);
        Assert.False(seen.IsCompleted);

        await server.Client(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true })
            .Unary([1], new CallOptions(credentials: Bearer)).ResponseAsync.Soon();
        Assert.StartsWith("Bearer", (await seen.Soon()).GetValue("authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallCredentials_ThatFail_FailTheCall()
    {
        await using var server = await RpcServer.StartAsync();
        var failing = CallCredentials.FromInterceptor((_, _) => throw new InvalidOperationException("no token"));
        var client = server.Client(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });

        var failure = await client.Unary([1], new CallOptions(credentials: failing)).ResponseAsync
            .FailsAsync(StatusCode.Internal);

        Assert.Contains("no token", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnixSocket_AllKinds_Work()
    {
        await using var server = await RpcServer.StartAsync(onUnixSocket: true);
        string? peer = null;
        server.Handlers.Unary = (request, context) =>
        {
            peer = context.Peer;
            return Task.FromResult(request);
        };
        var client = server.Client();

        Assert.Equal([1], await client.Unary([1]).ResponseAsync.Soon());
        using var download = client.Download(3);
        Assert.Equal(3, (await download.ResponseStream.ReadAllAsync().Soon()).Count);
        Assert.StartsWith("unix:", peer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_ManyCalls_ShareAConnection()
    {
        await using var server = await RpcServer.StartAsync();
        var connections = new HashSet<string>();
        server.Handlers.Unary = (request, context) =>
        {
            connections.Add(context.GetHttpContext().Connection.Id);
            return Task.FromResult(request);
        };
        var client = server.Client();

        for (int index = 0; index < 20; index++)
        {
            await client.Unary([1]).ResponseAsync.Soon();
        }

        Assert.Single(connections);
    }

    [Theory]
    [InlineData("ftp://localhost")]
    [InlineData("localhost:50051")]
    public void ForAddress_OtherSchemes_AreRefused(string address) =>
        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress(address));

    [Fact]
    public void ForAddress_CredentialsOfTheOtherKind_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress(
            "http://localhost", new GrpcChannelOptions { Credentials = ChannelCredentials.SecureSsl }));
        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress(
            "https://localhost", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure }));
    }

    private static GrpcChannelOptions Tls(X509Certificate2 server, X509Certificate2? client = null) => new()
    {
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback =
                    (_, found, _, _) => found?.GetCertHashString() == server.GetCertHashString(),
                ClientCertificates = client is null ? [] : [client],
            },
        },
        DisposeHttpClient = true,
    };

    private static Task<Metadata> RecordHeaders(RpcServer server)
    {
        var seen = new TaskCompletionSource<Metadata>();
        server.Handlers.Unary = (request, context) =>
        {
            seen.TrySetResult(context.RequestHeaders);
            return Task.FromResult(request);
        };
        return seen.Task;
    }
}

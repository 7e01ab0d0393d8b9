using System.Collections.Concurrent;
using AsrService.Interop.Tests.Peers;
using AsrService.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(AsrService.Interop.Tests.InteropFixture))]

namespace AsrService.Interop.Tests;

/// <summary>The servers and clients of one run, each started when first needed, all ended at its end.</summary>
public sealed class InteropFixture : IAsyncDisposable
{
    // Clients give up a call after 15 s and say which; this ends a client that does not.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly CertificateFiles _certificate;
    private readonly ConcurrentDictionary<Runtime, Lazy<Task<PeerServer>>> _servers = new();
    private readonly ConcurrentDictionary<Runtime, Lazy<PeerClient>> _clients = new();

    /// <summary>Makes the certificate; programs start later.</summary>
    public InteropFixture() => _certificate = new CertificateFiles(_folder);

    /// <summary>Runs a case of one runtime's client against another's server and fails the test with all that is known.</summary>
    public async Task RunAsync(
        Runtime client, Runtime server, string name, Transport transport = Transport.ClearText)
    {
        Programs.Require(client);
        Programs.Require(server);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);

        var peerServer = await ServerAsync(server).WaitAsync(patience.Token);
        var peerClient = _clients.GetOrAdd(client, key => new Lazy<PeerClient>(() => new PeerClient(key))).Value;
        var command = new ClientCommand(
            name,
            peerServer.Address(transport),
            transport == Transport.Tls ? _certificate.Certificate : null,
            peerServer.Announced.SeesCompression);
        var result = await peerClient.RunAsync(command, patience.Token);

        Assert.True(result.Passed, $"""
            {name} over {transport} failed: client {client}, server {server}.
            {result.Reason}
            --- standard error of client {client}
            {peerClient.Process.Errors}
            --- standard error of server {server}
            {peerServer.Process.Errors}
            """);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated)) await client.Value.DisposeAsync();
        foreach (var server in _servers.Values.Where(server => server.Value.IsCompletedSuccessfully))
        {
            await (await server.Value).DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Started for all tests, so that no test's cancellation ends it.</summary>
    private Task<PeerServer> ServerAsync(Runtime runtime) => _servers
        .GetOrAdd(runtime, key => new Lazy<Task<PeerServer>>(
            () => PeerServer.StartAsync(key, _certificate, _folder.At($"{key}.sock"), CancellationToken.None)))
        .Value;
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AsrService.TestKit;
using Grpc.Core;
using Grpc.Net.Client;
using OperationsClient = AsrService.Contracts.V1.Operations.OperationsClient;

namespace AsrService.Server.Tests.Operations;

[Trait("Category", "EndToEnd")]
public class OperationsAccessTests
{
    [Fact]
    public async Task Operations_FromAnotherAddress_AreDenied()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
            .FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one));
        Assert.SkipWhen(address is null, "This machine has no address but loopback.");
        await using var server = await TestServer.StartAsync(
            new ScriptedSource(new ScriptedModel()), "Kestrel:Endpoints:Grpc:Url=http://0.0.0.0:0", "Asr:Auth:AllowAnonymous=true");
        using var outside = GrpcChannel.ForAddress($"http://{address}:{server.Addresses.Grpc.Port}");
        using var inside = GrpcChannel.ForAddress($"http://127.0.0.1:{server.Addresses.Grpc.Port}");
        var denied = new OperationsClient(outside);

        Func<Task>[] calls =
        [
            () => denied.GetStatsAsync(new()).ResponseAsync,
            () => denied.SetDrainAsync(new() { Drain = true }).ResponseAsync,
            () => denied.ListSessionsAsync(new()).ResponseAsync,
        ];
        foreach (var call in calls)
            Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);

        Assert.False((await new OperationsClient(inside).GetStatsAsync(new())).IsDraining);
    }

    [Fact]
    public async Task Operations_OverAUnixSocket_Answer()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            new ScriptedSource(new ScriptedModel()), $"Kestrel:Endpoints:Grpc:Url=http://unix:{folder.At("grpc.sock")}");

        Assert.True((await new OperationsClient(server.Channel).GetStatsAsync(new())).IsReady);
    }
}

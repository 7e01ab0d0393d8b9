using Grpc.Core;
using Grpc.Health.V1;
using HealthClient = Grpc.Health.V1.Health.HealthClient;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.Rpc.Tests.Health;

[Trait("Category", "EndToEnd")]
public class HealthServiceImplTests
{
    [Fact]
    public async Task Check_KnownService_TellsItsState()
    {
        await using var server = await RpcServer.StartAsync();
        server.Health.SetStatus("", ServingStatus.Serving);
        server.Health.SetStatus("a", ServingStatus.NotServing);
        var client = new HealthClient(server.Channel());

        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest())).Status);
        var other = await client.CheckAsync(new HealthCheckRequest { Service = "a" });
        Assert.Equal(ServingStatus.NotServing, other.Status);
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var server = await RpcServer.StartAsync();
        var client = new HealthClient(server.Channel());

        await client.CheckAsync(new HealthCheckRequest { Service = "b" }).ResponseAsync.FailsAsync(StatusCode.NotFound);
    }

    [Fact]
    public async Task Watch_Changes_ArriveUntilTheCallerHangsUp()
    {
        await using var server = await RpcServer.StartAsync();
        var client = new HealthClient(server.Channel());

        using (var watch = client.Watch(new HealthCheckRequest { Service = "a" }))
        {
            Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch.ResponseStream));
            server.Health.SetStatus("a", ServingStatus.Serving);
            Assert.Equal(ServingStatus.Serving, await NextAsync(watch.ResponseStream));
            server.Health.SetStatus("a", ServingStatus.Serving); // no change, no message
            server.Health.SetStatus("b", ServingStatus.Serving);
            server.Health.SetStatus("a", ServingStatus.NotServing);
            Assert.Equal(ServingStatus.NotServing, await NextAsync(watch.ResponseStream));
            server.Health.ClearAll();
            Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch.ResponseStream));
        }

        Assert.Empty(server.Logs.Messages);
    }

    [Fact]
    public async Task CheckAndWatch_NameThatNoServiceHas_IsRefused()
    {
        await using var server = await RpcServer.StartAsync();
        var client = new HealthClient(server.Channel());
        var request = new HealthCheckRequest { Service = new string('x', 1_000_000) };

        await client.CheckAsync(request).ResponseAsync.FailsAsync(StatusCode.InvalidArgument);
        using var watch = client.Watch(request);
        await watch.ResponseStream.MoveNext().FailsAsync(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Watch_HundredsOfWatchers_AllHear()
    {
        await using var server = await RpcServer.StartAsync();
        using var channel = server.Channel();
        var client = new HealthClient(channel);
        var watches = Enumerable.Range(0, 500).Select(_ => client.Watch(new HealthCheckRequest { Service = "a" })).ToArray();
        foreach (var watch in watches)
        {
            Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch.ResponseStream));
        }

        server.Health.SetStatus("a", ServingStatus.Serving);
        foreach (var watch in watches)
        {
            Assert.Equal(ServingStatus.Serving, await NextAsync(watch.ResponseStream));
            watch.Dispose();
        }

        await client.CheckAsync(new HealthCheckRequest { Service = "a" }).ResponseAsync.Soon();
        Assert.Empty(server.Logs.Messages);
    }

    private static async Task<ServingStatus> NextAsync(IAsyncStreamReader<HealthCheckResponse> states)
    {
        Assert.True(await states.MoveNext().Soon());
        return states.Current.Status;
    }
}

using System.Net;
using AsrService.Hosting;
using AsrService.TestKit;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.Server.Tests;

[Trait("Category", "EndToEnd")]
public class HealthTests
{
    [Theory]
    [InlineData("")]
    [InlineData("asr.v1.Transcriber")]
    public async Task Check_Serving_IsInStepWithReadiness(string service)
    {
        await using var server = await TestServer.StartAsync(new ScriptedSource(new ScriptedModel()));
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };

        Assert.Equal("live\n", await http.GetStringAsync("/healthz/live", TestContext.Current.CancellationToken));
        Assert.Equal("ready\n", await http.GetStringAsync("/healthz/ready", TestContext.Current.CancellationToken));
        var answer = await new Health.HealthClient(server.Channel).CheckAsync(new() { Service = service });
        Assert.Equal(ServingStatus.Serving, answer.Status);
    }

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    [InlineData("/metrics")]
    public async Task Head_OfWhatCanBeRead_HasTheStatusAndNoBody(string path)
    {
        await using var server = await TestServer.StartAsync(new ScriptedSource(new ScriptedModel()));
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        using var head = new HttpRequestMessage(HttpMethod.Head, path);

        var answer = await http.SendAsync(head, TestContext.Current.CancellationToken);
        var get = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.StatusCode, get.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, answer.Content.Headers.ContentType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Watch_WhenTheServerStops_HearsOfItAndEnds()
    {
        await using var server = await TestServer.StartAsync(new ScriptedSource(new ScriptedModel()));
        using var watch = new Health.HealthClient(server.Channel).Watch(new() { Service = "" });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        await server.StopAsync();

        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        var end = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
    }

    [Fact]
    public async Task Ready_WhileTheModelWarmsUp_IsNot()
    {
        using var held = new ManualResetEventSlim();
        var model = new ScriptedModel { Extending = held.Wait };
        var app = ServerApplication.Create(
            ["--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0"],
            services => services.Replace(ServiceDescriptor.Singleton<IModelSource>(new ScriptedSource(model))));
        await using var _ = app;
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = ServerAddresses.Of(app).Http };

        var ready = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        var live = await http.GetAsync(new Uri("/healthz/live", UriKind.Relative), TestContext.Current.CancellationToken);
        held.Set();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }
}

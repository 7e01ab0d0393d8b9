using System.Net;
using System.Net.Http.Headers;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;

namespace AsrService.Server.Tests;

/// <summary>That the gate stands before everything that the service maps, whatever is mapped later.</summary>
[Trait("Category", "EndToEnd")]
public class ServiceGateTests
{
    internal const string Acme = "key-of-acme-0123456789", Umbrella = "key-of-umbrella-012345";

    internal static readonly string[] Keys =
    [
        "Asr:Auth:ApiKeys:0:Tenant=acme", "Asr:Auth:ApiKeys:0:Key=" + Acme,
        "Asr:Auth:ApiKeys:1:Tenant=umbrella", "Asr:Auth:ApiKeys:1:Key=" + Umbrella,
    ];

    private static readonly string[] Open = ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"];

    [Fact]
    public async Task EveryMethod_WithoutAKey_IsUnauthenticated()
    {
        await using var server = await TestServer.StartAsync(null, Keys);
        string[] methods = [.. server.Endpoints.Select(one => one.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName).OfType<string>()];
        using var http = new HttpClient(new SocketsHttpHandler());

        Assert.Contains("/asr.v1.Transcriber/StreamingTranscribe", methods);
        foreach (string method in methods.Except(Open))
        {
            Assert.Equal("16", await StatusAsync(http, server, method, null));
            Assert.Equal("16", await StatusAsync(http, server, method, Acme + "x"));
        }
    }

    [Fact]
    public async Task EveryPage_WithoutAKey_IsOpenOrUnauthorized()
    {
        await using var server = await TestServer.StartAsync(null, Keys);
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        string[] pages = [.. server.Endpoints.OfType<RouteEndpoint>().Where(one => one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(one => one.RoutePattern.RawText!)];

        Assert.Contains("/metrics", pages);
        foreach (string page in pages)
        {
            using var answer = await http.GetAsync(new Uri(page, UriKind.Relative), TestContext.Current.CancellationToken);
            var expected = page is "/metrics" or "/healthz/live" or "/healthz/ready" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Capabilities_WithAKey_Answer()
    {
        await using var server = await TestServer.StartAsync(null, Keys);

        Assert.NotEmpty((await server.ClientWith(Acme).GetCapabilitiesAsync(new())).Models);
    }

    private static async Task<string> StatusAsync(HttpClient http, TestServer server, string method, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Addresses.Grpc, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        if (key is not null) request.Headers.Add("x-api-key", key);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.Headers.TryGetValues("grpc-status", out var values) ? values.Single() : "none";
    }
}

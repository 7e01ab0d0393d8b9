namespace AsrService.Server.Tests;

[Trait("Category", "EndToEnd")]
public class HealthCommandTests
{
    [Fact]
    public async Task Health_OfARunningService_IsItsReadiness()
    {
        await using var server = await TestServer.StartAsync();
        var http = server.Addresses.Http;

        var named = await ServerProcess.RunAsync("health", "--url", new Uri(http, "/healthz/ready").AbsoluteUri);
        using var configured = new ServerProcess([("Kestrel__Endpoints__Http__Url", $"http://0.0.0.0:{http.Port}")], ["health"]);
        var found = await configured.EndAsync();

        Assert.Equal((0, "ready\n"), (named.Code, named.Output));
        Assert.Equal((0, "ready\n"), (found.Code, found.Output));
        Assert.Empty(named.Errors.Concat(found.Errors));
    }

    [Theory]
    [InlineData("health --url {0}/nothing", "/nothing: 404")]
    [InlineData("health --url=http://127.0.0.1:1/healthz/ready", "127.0.0.1:1")]
    [InlineData("health --url nonsense", "nonsense is no address")]
    [InlineData("health now", "expected health [--url URL]")]
    public async Task Health_NotReady_IsOneLineAndOne(string command, string says)
    {
        await using var server = await TestServer.StartAsync();
        string line = string.Format(null, command, server.Addresses.Http.GetLeftPart(UriPartial.Authority));

        var (code, output, errors) = await ServerProcess.RunAsync(line.Split(' '));

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(says, Assert.Single(errors), StringComparison.Ordinal);
    }
}

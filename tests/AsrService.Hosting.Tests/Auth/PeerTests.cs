using System.Net;
using static AsrService.Hosting.Tests.Auth.GateFixture;

namespace AsrService.Hosting.Tests.Auth;

/// <summary>What depends on where a call comes from.</summary>
[Trait("Category", "EndToEnd")]
public class PeerTests
{
    private static readonly (string Name, string Value)[] OneKey = [("Asr:Auth:ApiKeys:0:Tenant", "acme"), ("Asr:Auth:ApiKeys:0:Key", Key)];

    [Theory]
    [InlineData("127.0.0.1", "0")]
    [InlineData("127.9.9.9", "0")]
    [InlineData("::1", "0")]
    [InlineData("::ffff:127.0.0.1", "0")]
    [InlineData("10.0.0.1", "7")]
    [InlineData("::ffff:10.0.0.1", "7")]
    [InlineData("fe80::1", "7")]
    public async Task Operators_WithoutAnAdminConfigured_AreOnThisMachine(string peer, string status)
    {
        await using var open = await GateHost.StartAsync();
        await using var asking = await GateHost.StartAsync(OneKey);

        Assert.Equal(status, (await CallAsync(open, Drain, (GateHost.FromHeader, peer))).Status);
        Assert.Equal(status, (await CallAsync(asking, Drain, (GateHost.FromHeader, peer), ("x-api-key", Key))).Status);
        Assert.Equal("16", (await CallAsync(asking, Drain, (GateHost.FromHeader, peer))).Status);
    }

    [Theory]
    [InlineData(false, null, HttpStatusCode.Unauthorized)]
    [InlineData(false, Key, HttpStatusCode.OK)]
    [InlineData(true, null, HttpStatusCode.OK)]
    public async Task Metrics_FromElsewhere_AreOpenIfTheSettingSaysSo(bool isOpen, string? key, HttpStatusCode status)
    {
        await using var host = await GateHost.StartAsync([.. OneKey, ("Asr:Auth:OpenMetrics", $"{isOpen}")]);
        using var http = new HttpClient { BaseAddress = host.Http };
        http.DefaultRequestHeaders.Add(GateHost.FromHeader, "10.0.0.1");
        if (key is not null) http.DefaultRequestHeaders.Add("x-api-key", key);

        using var metrics = await http.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        using var health = await http.GetAsync(new Uri("/open", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(status, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Call_WithNothingConfigured_IsAnonymousWhateverItSends()
    {
        await using var host = await GateHost.StartAsync();

        Assert.Equal(" False", CallerOf(await CallAsync(host, Stats)));
        Assert.Equal(" False", CallerOf(await CallAsync(host, Stats, ("authorization", "nonsense"))));
    }

    [Fact]
    public async Task Start_WithCredentialsInClearTextBeyondLoopback_Warns()
    {
        const string Everywhere = "http://0.0.0.0:0";
        await using var asking = await GateHost.StartAsync([("Kestrel:Endpoints:B:Url", Everywhere), .. OneKey]);
        await using var open = await GateHost.StartAsync(("Kestrel:Endpoints:B:Url", Everywhere), ("Asr:Auth:AllowAnonymous", "true"));
        await using var local = await GateHost.StartAsync(OneKey);

        Assert.Contains(asking.Log.Lines, IsWarning);
        Assert.DoesNotContain(open.Log.Lines, IsWarning);
        Assert.DoesNotContain(local.Log.Lines, IsWarning);

        static bool IsWarning(string line) => line.StartsWith("Warning Kestrel:Endpoints:B:Url: http://0.0.0.0:0 takes credentials in clear text", StringComparison.Ordinal);
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using static AsrService.Hosting.Tests.Auth.GateFixture;

namespace AsrService.Hosting.Tests.Auth;

/// <summary>Tokens of an OpenID provider, whose keys are read from it.</summary>
[Trait("Category", "EndToEnd")]
public class ProviderTests
{
    [Fact]
    public async Task Call_WithATokenOfTheProvider_IsTakenByItsPublishedKeys()
    {
        using var tokens = new Tokens();
        await using var provider = await StartAsync(tokens);
        string issuer = provider.Urls.Single();
        await using var host = await GateHost.StartAsync(
            ("Asr:Auth:Jwt:Authority", issuer), ("Asr:Auth:Jwt:Audience", Tokens.Audience), ("Asr:Auth:Jwt:TenantClaim", "tenant"));

        Assert.Equal("acme False", await CallAsync(host, tokens.Make(issuer: issuer, key: tokens.Curve)));
        Assert.Equal("16 invalid", await CallAsync(host, tokens.Make(issuer: Tokens.Issuer, key: tokens.Curve)));
        Assert.Equal("16 invalid", await CallAsync(host, tokens.Make(issuer: issuer))); // a key that it does not publish
        Assert.Equal("16 expired", await CallAsync(host, tokens.Make(issuer: issuer, key: tokens.Curve, until: TimeSpan.FromMinutes(-1))));
    }

    [Fact]
    public async Task Call_WhileTheProviderIsAway_IsUnavailableAndKeysGoOn()
    {
        using var tokens = new Tokens();
        var provider = await StartAsync(tokens);
        string issuer = provider.Urls.Single();
        await provider.DisposeAsync();
        await using var host = await GateHost.StartAsync(
            ("Asr:Auth:Jwt:Authority", issuer), ("Asr:Auth:Jwt:Audience", Tokens.Audience),
            ("Asr:Auth:ApiKeys:0:Tenant", "acme"), ("Asr:Auth:ApiKeys:0:Key", Key));

        Assert.Equal("14 unchecked", await CallAsync(host, tokens.Make(issuer: issuer, key: tokens.Curve)));
        Assert.Equal("acme False", await CallAsync(host, Key));
        Assert.Equal(1, await host.FailuresAsync("provider_unreachable"));
    }

    private static async Task<string> CallAsync(GateHost host, string token) =>
        CallerOf(await GateFixture.CallAsync(host, Stats, ("authorization", "Bearer " + token)));

    private static async Task<WebApplication> StartAsync(Tokens tokens)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)tokens.Curve);
        app.MapGet("/.well-known/openid-configuration", (HttpContext http) =>
            $$"""{"issuer":"http://{{http.Request.Host}}","jwks_uri":"http://{{http.Request.Host}}/keys"}""");
        app.MapGet("/keys", () => $$"""{"keys":[{"kty":"EC","use":"sig","crv":"{{key.Crv}}","x":"{{key.X}}","y":"{{key.Y}}"}]}""");
        await app.StartAsync();
        return app;
    }
}

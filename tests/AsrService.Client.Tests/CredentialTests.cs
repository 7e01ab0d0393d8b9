using AsrService.Rpc.Tests;

namespace AsrService.Client.Tests;

[Trait("Category", "Unit")]
public class CredentialTests
{
    [Fact]
    public async Task Stream_WithCredentials_SendsFreshOnesWithEveryCall()
    {
        var seen = new List<string>();
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                seen.Add(Credentials(call));
                await call.GreetAsync("one");
                throw call.Failure(Grpc.Core.StatusCode.Unavailable, "");
            },
            async call =>
            {
                seen.Add(Credentials(call));
                await call.GreetAsync("one", resendFrom: 0);
                await call.EndAsync();
            });
        int tokens = 0;
        await using var client = new AsrClient(
            service.Address, Callers.Quick with { ApiKey = "key", BearerToken = _ => ValueTask.FromResult($"token{++tokens}") });

        await Heard.OfAsync(client, new byte[3_200]);

        Assert.Equal(["key Bearer token1", "key Bearer token2"], seen);

        static string Credentials(ScriptedCall call) =>
            $"{call.Context.RequestHeaders.GetValue("x-api-key")} {call.Context.RequestHeaders.GetValue("authorization")}";
    }

    [Fact]
    public async Task Stream_OverTls_NeedsATrustedRootAndShowsItsCertificate()
    {
        using var ours = Certificates.Make("localhost");
        using var theirs = Certificates.Make("client");
        string? shown = null;
        await using var service = await ScriptedService.StartAsync(ours,
        [
            async call =>
            {
                shown = call.Context.AuthContext.PeerIdentity.Select(property => property.Value).FirstOrDefault();
                await call.GreetAsync("one");
                await call.EndAsync();
            },
        ]);
        string address = $"https://localhost:{new Uri(service.Address).Port}";

        await using var stranger = new AsrClient(address);
        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => stranger.StreamAsync());
        Assert.Equal(AsrStatus.Unavailable, failure.Status);

        await using var client = new AsrClient(address, new() { TrustedRoots = [ours], ClientCertificate = theirs });
        await Heard.OfAsync(client, new byte[3_200]);
        Assert.Equal("client", shown);
    }

    [Theory]
    [InlineData("http://example.com:50051", false)]
    [InlineData("http://127.0.0.1:50051", true)]
    [InlineData("http://[::1]:50051", true)]
    [InlineData("https://example.com", true)]
    [InlineData("unix:/run/asr.sock", true)]
    public void Client_WithCredentialsInClearText_IsMadeForThisMachineAlone(string address, bool isAllowed)
    {
        foreach (var options in new[] { new AsrClientOptions { ApiKey = "key" }, new() { BearerToken = _ => ValueTask.FromResult("token") } })
        {
            if (isAllowed) new AsrClient(address, options).Dispose();
            else Assert.Contains(address, Assert.Throws<ArgumentException>(() => new AsrClient(address, options)).Message, StringComparison.Ordinal);
            new AsrClient(address, options with { AllowsCredentialsInClearText = true }).Dispose();
        }

        new AsrClient(address).Dispose();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://host")]
    public void Client_OfNoAddress_IsRefused(string address)
    {
        Assert.ThrowsAny<ArgumentException>(() => new AsrClient(address));
        Assert.Throws<ArgumentException>(() => new AsrClient(Array.Empty<string>()));
    }
}

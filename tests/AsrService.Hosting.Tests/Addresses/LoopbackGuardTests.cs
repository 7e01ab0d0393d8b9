namespace AsrService.Hosting.Tests.Addresses;

[Trait("Category", "Unit")]
public class LoopbackGuardTests
{
    [Theory]
    [InlineData("http://127.0.0.1:50051")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.8.9.10:1")]
    [InlineData("http://[::1]:50051")]
    [InlineData("http://localhost:50051")]
    [InlineData("http://LocalHost:50051")]
    [InlineData("https://127.0.0.1:50051")]
    [InlineData("http://unix:/run/asr.sock")]
    public void Refusal_Loopback_IsNone(string url) => Assert.Null(LoopbackGuard.Refusal(url, isMeant: false));

    [Theory]
    [InlineData("http://0.0.0.0:50051")]
    [InlineData("http://[::]:50051")]
    [InlineData("http://*:50051")]
    [InlineData("http://+:50051")]
    [InlineData("http://10.1.2.3:50051")]
    [InlineData("http://[fe80::1]:50051")]
    [InlineData("http://example.com:50051")]
    [InlineData("http://localhost.example.com:50051")]
    [InlineData("https://0.0.0.0:50051")]
    public void Refusal_Elsewhere_NamesAddressAndSetting(string url)
    {
        string? refusal = LoopbackGuard.Refusal(url, isMeant: false);

        Assert.Contains(url, refusal, StringComparison.Ordinal);
        Assert.Contains("Asr:Auth:AllowAnonymous=true", refusal, StringComparison.Ordinal);
        Assert.Null(LoopbackGuard.Refusal(url, isMeant: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("50051")]
    [InlineData("127.0.0.1:50051")]
    [InlineData("ftp://127.0.0.1:50051")]
    [InlineData("http://127.0.0.1:50051/path")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://localhost:0")]
    public void Refusal_NoAddressToListenOn_IsGivenWhateverIsAllowed(string url) =>
        Assert.NotNull(LoopbackGuard.Refusal(url, isMeant: true));
}

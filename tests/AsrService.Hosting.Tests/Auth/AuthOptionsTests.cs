using AsrService.Hosting.Tests.Options;
using AsrService.TestKit;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting.Tests.Auth;

[Trait("Category", "Unit")]
public sealed class AuthOptionsTests : IDisposable
{
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a", "Key=0123456789abcde")]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a", "Key=0123456789,abcdef")]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a", "Key=0123456789 abcdef")]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a", "Key=0123456789abcdé")]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a")]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a", "Key=0123456789abcdef", "KeySha256=" + Hash)]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a", "KeySha256=abc")]
    [InlineData("Asr:Auth:ApiKeys:0", "Tenant=a", "KeySha256=zz" + Hash)]
    [InlineData("Asr:Auth:ApiKeys:0:Tenant", "Key=0123456789abcdef")]
    [InlineData("Asr:Auth:ApiKeys:0:Tenant", "Tenant=a b", "Key=0123456789abcdef")]
    [InlineData("Asr:Auth:ApiKeys:0:Tennant", "Tenant=a", "Key=0123456789abcdef", "Tennant=b")]
    public void Value_ABadKey_IsNamedAndNotShown(string setting, params string[] values)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read([.. values.Select(value => "Asr:Auth:ApiKeys:0:" + value)]));

        Assert.Contains(failure.Failures, text => text.StartsWith(setting + ": ", StringComparison.Ordinal));
        Assert.DoesNotContain("0123456789", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_TheSameKeyTwice_IsRefused() => Assert.Throws<OptionsValidationException>(() => Read(
        "Asr:Auth:ApiKeys:0:Tenant=a", "Asr:Auth:ApiKeys:0:Key=0123456789abcdef",
        "Asr:Auth:ApiKeys:1:Tenant=b", "Asr:Auth:ApiKeys:1:KeySha256=9F9F5111F7B27A781F1F1DDDE5EBC2DD2B796BFC7365C9C28B548E564176929F"));

    [Theory]
    [InlineData("Asr:Auth:Jwt", "Audience=asr")]
    [InlineData("Asr:Auth:Jwt:Audience", "Authority=https://id.example")]
    [InlineData("Asr:Auth:Jwt:Authority", "Authority=http://id.example", "Audience=asr")]
    [InlineData("Asr:Auth:Jwt:Authority", "Authority=id.example", "Audience=asr")]
    [InlineData("Asr:Auth:Jwt:Issuer", "SigningKeys:0:Secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Audience=asr")]
    [InlineData("Asr:Auth:Jwt:SigningKeys:0", "SigningKeys:0:Secret=AAAA", "Issuer=i", "Audience=asr")]
    [InlineData("Asr:Auth:Jwt:SigningKeys:0", "SigningKeys:0:PublicKeyFile=/no/such/file", "Issuer=i", "Audience=asr")]
    [InlineData("Asr:Auth:Jwt:ClockSkew", "ClockSkew=00:05:01")]
    [InlineData("Asr:Auth:Jwt:TenantClaim", "TenantClaim=")]
    [InlineData("Asr:Auth:Jwt:AdminValue", "AdminValue=")]
    public void Value_BadTokens_AreNamed(string setting, params string[] values)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read([.. values.Select(value => "Asr:Auth:Jwt:" + value)]));

        Assert.Contains(failure.Failures, text => text.StartsWith(setting + ": ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no pem at all")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEYy\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public void Value_AKeyFileThatHoldsNoPublicKey_IsNamed(string content)
    {
        string file = Path.Combine(_folder.Path, "key.pem");
        File.WriteAllText(file, content);

        var failure = Assert.Throws<OptionsValidationException>(() => Read(
            $"Asr:Auth:Jwt:SigningKeys:0:PublicKeyFile={file}", "Asr:Auth:Jwt:Issuer=i", "Asr:Auth:Jwt:Audience=a"));

        Assert.Contains(failure.Failures, text => text.StartsWith("Asr:Auth:Jwt:SigningKeys:0: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Value_AShortRsaKey_IsRefused()
    {
        string file = Path.Combine(_folder.Path, "key.pem");
        using var rsa = System.Security.Cryptography.RSA.Create(1024);
        File.WriteAllText(file, rsa.ExportSubjectPublicKeyInfoPem());

        var failure = Assert.Throws<OptionsValidationException>(() => Read(
            $"Asr:Auth:Jwt:SigningKeys:0:PublicKeyFile={file}", "Asr:Auth:Jwt:Issuer=i", "Asr:Auth:Jwt:Audience=a"));

        Assert.Contains("1024 bits", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AuthorityFiles:0=/no/such/file", "Asr:Auth:ClientCertificates:AuthorityFiles:0")]
    [InlineData("AdminNames:0=boss", "Asr:Auth:ClientCertificates:AdminNames")]
    [InlineData("TenantFrom=7", "Asr:Auth:ClientCertificates:TenantFrom")]
    public void Value_BadCertificates_AreNamed(string value, string setting)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read("Asr:Auth:ClientCertificates:" + value));

        Assert.Contains(failure.Failures, text => text.StartsWith(setting + ": ", StringComparison.Ordinal));
    }

    [Fact]
    public void Value_CredentialsOfAnyKind_AllowOtherAddresses()
    {
        const string Everywhere = "Kestrel:Endpoints:Grpc:Url=http://0.0.0.0:1";
        using var authority = new Authority("ours");

        Read(Everywhere, "Asr:Auth:ApiKeys:0:Tenant=a", "Asr:Auth:ApiKeys:0:Key=0123456789abcdef");
        Read(Everywhere, "Asr:Auth:Jwt:Authority=https://id.example", "Asr:Auth:Jwt:Audience=asr");
        Read(Everywhere, $"Asr:Auth:ClientCertificates:AuthorityFiles:0={authority.File}");
        var failure = Assert.Throws<OptionsValidationException>(() => Read(Everywhere));
        Assert.Contains("Asr:Auth:ApiKeys", failure.Message, StringComparison.Ordinal);
    }

    private static AsrOptions Read(params string[] settings) =>
        AsrOptionsTests.Read([.. settings.Select(setting => setting.Split('=', 2)).Select(parts => (parts[0], parts[1]))]);
}

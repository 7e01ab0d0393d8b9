using System.Reflection;
using AsrService.TestKit;

namespace AsrService.Hosting.Tests.Options;

[Trait("Category", "Unit")]
public class DocumentationTests
{
    [Theory]
    [InlineData(typeof(AuthOptions), "Asr:Auth")]
    [InlineData(typeof(ApiKeyOptions), "Asr:Auth:ApiKeys:N")]
    [InlineData(typeof(JwtOptions), "Asr:Auth:Jwt")]
    [InlineData(typeof(SigningKeyOptions), "Asr:Auth:Jwt:SigningKeys:N")]
    [InlineData(typeof(ClientCertificateOptions), "Asr:Auth:ClientCertificates")]
    [InlineData(typeof(QuotaOptions), "Asr:Quotas")]
    [InlineData(typeof(TenantQuotaOptions), "Asr:Quotas:Tenants:NAME")]
    public void Security_EverySetting_HasARow(Type options, string section) => AssertRows(options, section, "security.md");

    /// <summary>Sections within have rows of their own.</summary>
    private static void AssertRows(Type options, string section, string file)
    {
        string page = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", file));

        Assert.All(
            options.GetProperties(BindingFlags.Public | BindingFlags.Instance),
            setting => Assert.Contains($"| `{section}:{setting.Name}", page, StringComparison.Ordinal));
    }
}

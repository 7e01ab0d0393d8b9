using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AsrService.Hosting.Tests.Auth;

/// <summary>Signed tokens, good and bad, of an identity provider that tests are.</summary>
internal sealed class Tokens : IDisposable
{
    public const string Issuer = "https://id.example", Audience = "asr";

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _file = Path.GetTempFileName();

    public Tokens() => File.WriteAllText(_file, PublicPem);

    public string PublicPem => _curve.ExportSubjectPublicKeyInfoPem();

    /// <summary>The settings with which they are taken.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("Asr:Auth:Jwt:SigningKeys:0:Secret", Convert.ToBase64String(_secret)),
        ("Asr:Auth:Jwt:SigningKeys:1:PublicKeyFile", _file),
        ("Asr:Auth:Jwt:Issuer", Issuer), ("Asr:Auth:Jwt:Audience", Audience), ("Asr:Auth:Jwt:TenantClaim", "tenant"),
        ("Asr:Auth:Jwt:AdminClaim", "scope"),
    ];

    public SecurityKey Shared => new SymmetricSecurityKey(_secret);

    public SecurityKey Curve => new ECDsaSecurityKey(_curve);

    /// <summary>A token that is good unless it is told otherwise.</summary>
    public string Make(
        string? tenant = "acme", TimeSpan? from = null, TimeSpan? until = null, string audience = Audience, string issuer = Issuer,
        SecurityKey? key = null, string? scope = null, bool hasEnd = true)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        key ??= Shared;
        string algorithm = key is ECDsaSecurityKey ? SecurityAlgorithms.EcdsaSha256 : SecurityAlgorithms.HmacSha256;
        var claims = new Dictionary<string, object>();
        if (tenant is not null) claims["tenant"] = tenant;
        if (scope is not null) claims["scope"] = scope;
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = now + (from ?? TimeSpan.FromMinutes(-5)),
            Expires = hasEnd ? now + (until ?? TimeSpan.FromMinutes(5)) : null,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, algorithm),
        });
    }

    /// <summary>The same claims, unsigned.</summary>
    public string MakeUnsigned(string algorithm)
    {
        string payload = Make().Split('.')[1];
        return $"{Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{payload}.";
    }

    /// <summary>A good token whose claims were changed afterwards.</summary>
    public string MakeForged()
    {
        string[] parts = Make().Split('.');
        string claims = Base64UrlEncoder.Decode(parts[1]).Replace("acme", "evil", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
    }

    /// <summary>Signed with the public key's file as if it were a shared secret.</summary>
    public string MakeConfused() => Make(key: new SymmetricSecurityKey(Encoding.UTF8.GetBytes(PublicPem)));

    public void Dispose()
    {
        _curve.Dispose();
        File.Delete(_file);
    }
}

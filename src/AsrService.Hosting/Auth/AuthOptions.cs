namespace AsrService.Hosting;

/// <summary>
/// Who may call; section <c>Asr:Auth</c>. With any of the three kinds of credentials configured, callers need one of them,
/// on loopback as well; docs/security.md.
/// </summary>
public sealed record AuthOptions
{
    /// <summary>Lets the service listen beyond loopback although it asks nobody who he is; nothing where credentials are
    /// configured, which are asked for all the same.</summary>
    /// <value>Default false.</value>
    public bool AllowAnonymous { get; init; }

    /// <summary>Answers <c>/metrics</c> to other machines without credentials; to this one it always is.</summary>
    /// <value>Default false.</value>
    public bool OpenMetrics { get; init; }

    /// <summary>Keys that callers may present.</summary>
    /// <value>At most 1,000. Default none.</value>
    public IList<ApiKeyOptions> ApiKeys { get; init; } = [];

    /// <summary>Signed tokens of an identity provider.</summary>
    public JwtOptions Jwt { get; init; } = new();

    /// <summary>Certificates that callers may present where the endpoint is https.</summary>
    public ClientCertificateOptions ClientCertificates { get; init; } = new();

    /// <summary>Whether callers are asked who they are.</summary>
    internal bool AsksCallers => ApiKeys.Count > 0 || Jwt.IsConfigured || ClientCertificates.IsConfigured;

    /// <summary>Whether any credentials are those of an admin.</summary>
    internal bool HasAdmin => ApiKeys.Any(key => key.Admin)
        || (Jwt.IsConfigured && Jwt.AdminClaim.Length > 0)
        || (ClientCertificates.IsConfigured && ClientCertificates.AdminNames.Count > 0);
}

/// <summary>A key that a caller may present; section <c>Asr:Auth:ApiKeys:N</c>.</summary>
public sealed record ApiKeyOptions
{
    /// <summary>Whose key it is. Several keys of one tenant let a key be exchanged without a gap.</summary>
    /// <value>1 to 128 visible ASCII characters. Required.</value>
    public string Tenant { get; init; } = "";

    /// <summary>The key itself.</summary>
    /// <value>16 to 256 visible ASCII characters without comma. Default empty: <see cref="KeySha256"/> says it.</value>
    public string Key { get; init; } = "";

    /// <summary>The SHA-256 of the key in hexadecimal, so that the settings do not hold the key.</summary>
    /// <value>64 digits. Default empty: <see cref="Key"/> says it.</value>
    public string KeySha256 { get; init; } = "";

    /// <summary>Whether it is a key of those who run the service: it may call <c>Operations</c>.</summary>
    /// <value>Default false.</value>
    public bool Admin { get; init; }
}

/// <summary>Signed tokens of an identity provider; section <c>Asr:Auth:Jwt</c>.</summary>
public sealed record JwtOptions
{
    /// <summary>The provider's address; its keys are read from its OpenID configuration and again when they change.</summary>
    /// <value>An https URL, or http on loopback. Default empty: <see cref="SigningKeys"/> has the keys.</value>
    public string Authority { get; init; } = "";

    /// <summary>Keys that are known without a provider.</summary>
    /// <value>At most 16. Default none.</value>
    public IList<SigningKeyOptions> SigningKeys { get; init; } = [];

    /// <summary>What a token's <c>iss</c> must be.</summary>
    /// <value>Required with <see cref="SigningKeys"/>. Default empty: what the provider says.</value>
    public string Issuer { get; init; } = "";

    /// <summary>What a token's <c>aud</c> must hold.</summary>
    /// <value>Required where tokens are configured.</value>
    public string Audience { get; init; } = "";

    /// <summary>The claim that names the tenant: 1 to 128 visible ASCII characters, else the token is refused.</summary>
    /// <value>Default <c>sub</c>.</value>
    public string TenantClaim { get; init; } = "sub";

    /// <summary>The claim that tells admins, as <c>scope</c> or <c>roles</c>.</summary>
    /// <value>Default empty: no token is an admin's.</value>
    public string AdminClaim { get; init; } = "";

    /// <summary>The value of <see cref="AdminClaim"/> that tells admins: the claim's, one of several, or one of its words.</summary>
    /// <value>Not empty. Default <c>asr.admin</c>.</value>
    public string AdminValue { get; init; } = "asr.admin";

    /// <summary>How far the provider's clock may be from ours.</summary>
    /// <value>0 to 5 min. Default 30 s.</value>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether tokens are taken at all.</summary>
    internal bool IsConfigured => Authority.Length > 0 || SigningKeys.Count > 0;
}

/// <summary>A key that signs tokens; section <c>Asr:Auth:Jwt:SigningKeys:N</c>.</summary>
public sealed record SigningKeyOptions
{
    /// <summary>A secret shared with who signs (HS256 to HS512), in base64.</summary>
    /// <value>At least 32 bytes. Default empty: <see cref="PublicKeyFile"/> has the key.</value>
    public string Secret { get; init; } = "";

    /// <summary>A PEM file with a public key (RS256 to RS512, PS256 to PS512, ES256 to ES512) or a certificate.</summary>
    /// <value>RSA from 2,048 bits, or an elliptic curve P-256, P-384, P-521. Default empty: <see cref="Secret"/> is the key.</value>
    public string PublicKeyFile { get; init; } = "";
}

/// <summary>Where a certificate says whose it is.</summary>
public enum CertificateName
{
    /// <summary>In the subject's common name.</summary>
    CommonName,

    /// <summary>In the first DNS name of the alternative names.</summary>
    DnsName,

    /// <summary>In the first URI of the alternative names, as <c>spiffe://example.org/acme</c>.</summary>
    Uri,
}

/// <summary>Certificates of callers; section <c>Asr:Auth:ClientCertificates</c>.</summary>
public sealed record ClientCertificateOptions
{
    /// <summary>PEM files with the authorities whose certificates are taken, and with nobody else's.</summary>
    /// <value>At most 16. Default none: certificates are not asked for.</value>
    public IList<string> AuthorityFiles { get; init; } = [];

    /// <summary>Where a certificate names its tenant: 1 to 128 visible ASCII characters, else the caller is refused.</summary>
    /// <value>Default <c>CommonName</c>.</value>
    public CertificateName TenantFrom { get; init; } = CertificateName.CommonName;

    /// <summary>Names, read like the tenant's, whose certificates are admins'.</summary>
    /// <value>At most 100. Default none.</value>
    public IList<string> AdminNames { get; init; } = [];

    /// <summary>Whether certificates are asked for.</summary>
    internal bool IsConfigured => AuthorityFiles.Count > 0;
}

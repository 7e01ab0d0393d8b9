using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Whose certificates are taken: those that lead to an authority in the settings and to nobody else's, whatever the
/// system trusts. Revocation is not looked up; give out certificates for days, not years.
/// </summary>
/// <remarks>Checked in the TLS handshake: with another certificate there is no connection. Thread-safe.</remarks>
internal sealed class ClientAuthorities(IOptions<AsrOptions> options, HostingMetrics metrics, TimeProvider time)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2", CommonNameOid = "2.5.4.3";

    private readonly ClientCertificateOptions _options = options.Value.Auth.ClientCertificates;
    private readonly X509Certificate2Collection _authorities = Read(options.Value.Auth.ClientCertificates.AuthorityFiles);

    /// <summary>Whether certificates are asked for.</summary>
    public bool IsConfigured => _options.IsConfigured;

    /// <summary>The authorities of some files.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file must not be read.</exception>
    /// <exception cref="CryptographicException">A file holds something else.</exception>
    public static X509Certificate2Collection Read(IEnumerable<string> files)
    {
        var authorities = new X509Certificate2Collection();
        foreach (string file in files) authorities.ImportFromPemFile(file);
        return authorities;
    }

    /// <summary>Whether a certificate is taken.</summary>
    /// <param name="certificate">The caller's, who has proved that it is his.</param>
    /// <param name="sent">Has what came with it; null where nothing did.</param>
    public bool Trusts(X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(_authorities);
        if (sent is not null) policy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = time.GetUtcNow().LocalDateTime;
        if (chain.Build(certificate)) return true;
        metrics.AuthFailed(AuthFault.Certificate);
        return false;
    }

    /// <summary>Who a certificate that was taken says it is.</summary>
    public AuthVerdict Judge(X509Certificate2 certificate)
    {
        // The handshake is long ago on a connection that lives for days.
        if (certificate.NotAfter.ToUniversalTime() <= time.GetUtcNow().UtcDateTime) return AuthFault.Expired;
        string? name = NameOf(certificate);
        if (name is null || !CredentialText.IsTenant(name)) return AuthFault.Tenant;
        return new Caller(name, _options.AdminNames.Contains(name));
    }

    private string? NameOf(X509Certificate2 certificate) => _options.TenantFrom switch
    {
        CertificateName.DnsName => certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames()).FirstOrDefault(),
        CertificateName.Uri => certificate.GetNameInfo(X509NameType.UrlName, forIssuer: false),
        _ => CommonNameOf(certificate),
    };

    /// <summary>The common name where there is exactly one: of two, others may read the other.</summary>
    private static string? CommonNameOf(X509Certificate2 certificate)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
            .Select(part => part.GetSingleElementValue()).ToList();
        return names.Count == 1 ? names[0] : null;
    }
}

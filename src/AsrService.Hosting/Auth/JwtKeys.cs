using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace AsrService.Hosting;

/// <summary>Keys that sign tokens, as the settings give them.</summary>
internal static class JwtKeys
{
    public const int MinSecretBytes = 32;
    private const int MinRsaBits = 2048;

    /// <summary>The key.</summary>
    /// <exception cref="FormatException">The settings hold none.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    /// <exception cref="CryptographicException">The file holds no key.</exception>
    public static SecurityKey Read(SigningKeyOptions key)
    {
        if (key.PublicKeyFile.Length == 0) return new SymmetricSecurityKey(Convert.FromBase64String(key.Secret));
        string pem = File.ReadAllText(key.PublicKeyFile);
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
            throw new FormatException("holds a private key; only the public one belongs here.");
        return pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) ? OfCertificate(pem) : OfKey(pem);
    }

    private static SecurityKey OfCertificate(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        if (certificate.GetRSAPublicKey() is { } rsa) return Checked(rsa);
        return new ECDsaSecurityKey(certificate.GetECDsaPublicKey() ?? throw Unknown());
    }

    private static SecurityKey OfKey(string pem)
    {
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return Checked(rsa);
        }
        catch (Exception other) when (other is CryptographicException or ArgumentException)
        {
            var curve = ECDsa.Create();
            try
            {
                curve.ImportFromPem(pem);
            }
            catch (ArgumentException)
            {
                throw Unknown();
            }

            return new ECDsaSecurityKey(curve);
        }
    }

    private static RsaSecurityKey Checked(RSA rsa) => rsa.KeySize >= MinRsaBits
        ? new RsaSecurityKey(rsa)
        : throw new FormatException(FormattableString.Invariant($"an RSA key of {rsa.KeySize} bits; expected {MinRsaBits} or more."));

    private static FormatException Unknown() => new("holds no public key of RSA or an elliptic curve in PEM.");
}

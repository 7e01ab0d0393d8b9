using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AsrService.TestKit;

namespace AsrService.Interop.Tests.Peers;

/// <summary>A certificate for this machine alone, made for one run and trusted by nobody else.</summary>
internal sealed class CertificateFiles
{
    public CertificateFiles(TemporaryFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));

        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        Certificate = folder.At("certificate.pem");
        Key = folder.At("key.pem");
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Path of the PEM file with the certificate.</summary>
    public string Certificate { get; }

    /// <summary>Path of the PEM file with its private key.</summary>
    public string Key { get; }
}

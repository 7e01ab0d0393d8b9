using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AsrService.TestKit;

namespace AsrService.Hosting.Tests.Auth;

/// <summary>An authority of a test's own, and the certificates that it gives out.</summary>
internal sealed class Authority : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public Authority(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10));
        File = Write("ca.pem", _root.ExportCertificatePem());
    }

    /// <summary>Its certificate in PEM.</summary>
    public string File { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A certificate for a client, or for a server on this machine.</summary>
    public X509Certificate2 Issue(string subject, bool isServer = false, int fromDays = -1, int untilDays = 1, string? dns = null, string? uri = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: true));
        var names = new SubjectAlternativeNameBuilder();
        if (isServer) names.AddIpAddress(System.Net.IPAddress.Loopback);
        if (dns is not null) names.AddDnsName(dns);
        if (uri is not null) names.AddUri(new Uri(uri));
        if (isServer || dns is not null || uri is not null) request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_root, Now.AddDays(fromDays), Now.AddDays(untilDays), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Settings of an https endpoint with a certificate of this authority.</summary>
    public (string Name, string Value)[] Serve(string endpoint)
    {
        using var server = Issue("CN=server", isServer: true);
        var (certificate, key) = Write(server);
        return
        [
            ($"Kestrel:Endpoints:{endpoint}:Url", "https://127.0.0.1:0"),
            ($"Kestrel:Endpoints:{endpoint}:Certificate:Path", certificate),
            ($"Kestrel:Endpoints:{endpoint}:Certificate:KeyPath", key),
        ];
    }

    /// <summary>Writes a certificate and its key into PEM files, gone with this authority.</summary>
    public (string Certificate, string Key) Write(X509Certificate2 certificate) => (
        Write($"{certificate.SerialNumber}.pem", certificate.ExportCertificatePem()),
        Write($"{certificate.SerialNumber}.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    private string Write(string name, string pem)
    {
        string path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, pem);
        return path;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AsrService.Cli.Service;

/// <summary>How a service is told who calls, and whom to trust in its place.</summary>
internal sealed record ServiceAccess : IDisposable
{
    /// <summary>Nothing: the service asks nobody, and its certificate is of an authority that the system trusts.</summary>
    public static ServiceAccess None { get; } = new();

    /// <summary>Value of <c>authorization</c>; null for none.</summary>
    public string? Authorization { get; init; }

    /// <summary>The only authorities trusted; null for the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The caller's own certificate with its key; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Reads what the options name.</summary>
    /// <param name="key">An API key.</param>
    /// <param name="token">A signed token.</param>
    /// <param name="ca">A PEM file with authorities.</param>
    /// <param name="certificate">A PEM file with a certificate.</param>
    /// <param name="certificateKey">A PEM file with its key; null where it is in the same file.</param>
    /// <exception cref="UsageException">Two credentials, or a file that does not hold what it should.</exception>
    public static ServiceAccess Read(string? key, string? token, string? ca, string? certificate, string? certificateKey)
    {
        if (key is not null && token is not null) throw new UsageException("--token: has no meaning with --api-key.");
        if (certificateKey is not null && certificate is null) throw new UsageException("--key: expected together with --cert only.");
        string? credential = key ?? token;
        string option = key is null ? "--token" : "--api-key";
        if (credential is not null && (credential.Length == 0 || credential.AsSpan().ContainsAnyExceptInRange('!', '~')))
            throw new UsageException($"{option}: expected visible ASCII characters without spaces.");
        return new ServiceAccess
        {
            Authorization = credential is null ? null : $"Bearer {credential}",
            Authorities = ca is null ? null : Load("--ca", ca, ReadAuthorities),
            Certificate = certificate is null ? null : Load("--cert", certificate, file => ReadCertificate(file, certificateKey)),
        };
    }

    public void Dispose() => Certificate?.Dispose();

    /// <summary>Names no value of a credential, as records otherwise do.</summary>
    public override string ToString() => nameof(ServiceAccess);

    private static X509Certificate2Collection ReadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
    }

    /// <summary>By way of PKCS #12, as TLS does not take keys that are in memory alone on every system.</summary>
    private static X509Certificate2 ReadCertificate(string file, string? keyFile)
    {
        using var read = X509Certificate2.CreateFromPemFile(file, keyFile);
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }

    private static T Load<T>(string option, string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new UsageException(OneLine.Of($"{option}: {file}: {fault.Message}"));
        }
    }
}

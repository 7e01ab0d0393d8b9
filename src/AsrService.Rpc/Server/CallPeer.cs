using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace AsrService.Rpc.Server;

/// <summary>Who is at the other end of a connection, in gRPC's terms.</summary>
internal static class CallPeer
{
    public static string Name(ConnectionInfo connection)
    {
        if (connection.RemoteIpAddress is not { } address) return "unix:";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"ipv6:[{address}]:{connection.RemotePort}"
            : $"ipv4:{address}:{connection.RemotePort}";
    }

    /// <summary>The names in a client certificate: the alternative ones or, without those, the common name.</summary>
    public static AuthContext Authentication(X509Certificate2? certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>();
        if (certificate is null) return new AuthContext(null, properties);

        foreach (string name in AlternativeNames(certificate))
        {
            Add(properties, "x509_subject_alternative_name", name);
        }

        string identity = properties.Count > 0 ? "x509_subject_alternative_name" : "x509_common_name";
        Add(properties, "x509_common_name", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        return new AuthContext(identity, properties);
    }

    private static IEnumerable<string> AlternativeNames(X509Certificate2 certificate) => certificate.Extensions
        .OfType<X509SubjectAlternativeNameExtension>()
        .SelectMany(extension => extension.EnumerateDnsNames().Concat(
            extension.EnumerateIPAddresses().Select(address => address.ToString())));

    private static void Add(Dictionary<string, List<AuthProperty>> properties, string name, string value)
    {
        if (!properties.TryGetValue(name, out var values)) properties[name] = values = [];
        values.Add(AuthProperty.Create(name, Encoding.UTF8.GetBytes(value)));
    }
}

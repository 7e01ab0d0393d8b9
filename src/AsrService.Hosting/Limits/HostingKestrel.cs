using AsrService.Hosting;
using AsrService.Rpc.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>What Kestrel is told alike by all services.</summary>
public static class HostingKestrel
{
    /// <summary>
    /// Sets the limits of connections and streams, and whose certificates are taken where an endpoint is https.
    /// </summary>
    /// <param name="kestrel">With the services of the application.</param>
    /// <param name="configuration">Holds section <c>Kestrel:Limits</c>.</param>
    /// <param name="streams">Streams that may be open and unread at once beside each other.</param>
    public static KestrelServerOptions UseHostingLimits(this KestrelServerOptions kestrel, IConfiguration configuration, int streams)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.UseGrpcLimits(Math.Max(128, streams));
        KestrelLimits.Apply(configuration, kestrel.Limits);
        var services = kestrel.ApplicationServices;
        kestrel.ConfigureHttpsDefaults(https =>
        {
            // Only now: this runs when endpoints are bound, and what counts must not be made before those who listen.
            var authorities = services.GetRequiredService<ClientAuthorities>();
            if (!authorities.IsConfigured) return;
            // Allowed, not required: health needs none, and a key may come instead. Without any the gate refuses.
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (certificate, chain, _) => authorities.Trusts(certificate, chain);
        });
        return kestrel;
    }
}

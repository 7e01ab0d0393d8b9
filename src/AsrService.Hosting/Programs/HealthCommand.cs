using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace AsrService.Hosting;

/// <summary>
/// <c>health [--url URL]</c>: asks a service whether it is ready, for container images that have no other program to ask
/// with. Without an address it is the one that the same settings make the service listen on.
/// </summary>
internal static class HealthCommand
{
    public const string Name = "health";

    private const int Ready = 0, NotReady = 1;

    private const string Path = "/healthz/ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4); // within the 5 s of the image's HEALTHCHECK

    /// <param name="kind">Whose default address is asked without another.</param>
    /// <param name="args">Behind the name.</param>
    /// <returns>0 if it is ready, else 1 with a line on standard error.</returns>
    public static async Task<int> RunAsync(ServiceKind kind, string[] args)
    {
        try
        {
            var url = Url(kind, args);
            using var http = new HttpClient { Timeout = Patience };
            using var answer = await http.GetAsync(url);
            string said = (await answer.Content.ReadAsStringAsync()).Trim();
            if (answer.IsSuccessStatusCode) return Say(Console.Out, said, Ready);
            return Say(Console.Error, $"{url}: {(int)answer.StatusCode} {said}", NotReady);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or FormatException)
        {
            return Say(Console.Error, failure is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : failure.Message, NotReady);
        }
    }

    private static Uri Url(ServiceKind kind, string[] args)
    {
        string[] given = args is [var one] && one.StartsWith("--url=", StringComparison.Ordinal) ? one.Split('=', 2) : args;
        if (given is ["--url", var url])
        {
            bool isHttp = Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
            return isHttp ? address! : throw new FormatException($"{url} is no address; expected http://HOST:PORT{Path}.");
        }

        if (args.Length > 0) throw new FormatException($"{string.Join(' ', args)}: expected {Name} [--url URL].");
        return new Uri(LoopbackOf(Configured(kind)), Path);
    }

    private static string Configured(ServiceKind kind)
    {
        var configuration = new ConfigurationManager();
        configuration.AddJsonFile(System.IO.Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true).AddEnvironmentVariables();
        configuration.AddDefaults(kind.GrpcPort, kind.HttpPort);
        return configuration["Kestrel:Endpoints:Http:Url"]!;
    }

    /// <summary>Where this machine reaches an address that is listened on: any host but an IP address means all of them.</summary>
    private static Uri LoopbackOf(string listening)
    {
        var address = BindingAddress.Parse(listening);
        if (address.IsUnixPipe) throw new FormatException($"{listening} is a socket; health needs --url with an HTTP address.");
        bool isOne = IPAddress.TryParse(address.Host, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any);
        string host = isOne ? address.Host : IPAddress.IPv6Any.Equals(ip) ? "[::1]" : "127.0.0.1";
        return new Uri($"{address.Scheme}://{host}:{address.Port}");
    }

    private static int Say(TextWriter to, string text, int code)
    {
        to.WriteLine(text);
        return code;
    }
}

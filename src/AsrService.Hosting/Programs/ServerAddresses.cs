using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Hosting;

/// <summary>Where a started service really listens: the ports are those that the system gave where 0 was asked for.</summary>
/// <param name="Grpc">gRPC; <c>unix:/path</c> for a socket.</param>
/// <param name="Http">HTTP/1.1: health; <c>unix:/path</c> for a socket.</param>
public sealed record ServerAddresses(Uri Grpc, Uri Http)
{
    /// <summary>The addresses of a service made by <see cref="ServiceApplication.CreateBuilder"/>.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public static ServerAddresses Of(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var endpoints = app.Services.GetRequiredService<ListeningEndpoints>();
        return new ServerAddresses(AddressOf(endpoints.Grpc), AddressOf(endpoints.Http));
    }

    private static Uri AddressOf(ListenOptions? endpoint) => endpoint switch
    {
        null => throw new InvalidOperationException("The service has not been started."),
        { SocketPath: { } path } => new Uri("unix:" + path),
        _ => new Uri(endpoint.ToString()!),
    };
}

/// <summary>Kestrel's two endpoints, which it fills in when it starts.</summary>
internal sealed class ListeningEndpoints
{
    public ListenOptions? Grpc { get; set; }

    public ListenOptions? Http { get; set; }
}

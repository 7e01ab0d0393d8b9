using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AsrService.Hosting;

/// <summary>The health checks over HTTP/1.1.</summary>
public static class HealthEndpoints
{
    /// <summary>GET, and HEAD for those who look at the status alone.</summary>
    internal static readonly string[] ReadOnly = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps <c>/healthz/live</c> (503 when only a new process can help) and <c>/healthz/ready</c> (503 while calls cannot
    /// be served). The body is a line for people.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/healthz/live", ReadOnly, (HttpContext http) =>
            WriteAsync(http, State(http).IsDead ? "The batch loop has ended." : null, "live")).OpenToAll();
        endpoints.MapMethods("/healthz/ready", ReadOnly, (HttpContext http) => WriteAsync(http, State(http).Problem, "ready")).OpenToAll();
    }

    private static ServiceState State(HttpContext http) =>
        (ServiceState)http.RequestServices.GetService(typeof(ServiceState))!;

    private static Task WriteAsync(HttpContext http, string? problem, string good)
    {
        http.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync((problem ?? good) + "\n");
    }
}

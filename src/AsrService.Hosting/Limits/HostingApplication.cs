using AsrService.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What stands before the endpoints of a service.</summary>
public static class HostingApplication
{
    /// <summary>
    /// Asks callers who they are and holds calls to their limits. Every service calls it once, before all else that
    /// answers.
    /// </summary>
    public static IApplicationBuilder UseCallerGate(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<CallerGate>().UseMiddleware<CallLimit>().UseMiddleware<ReceiveLimit>();
    }
}

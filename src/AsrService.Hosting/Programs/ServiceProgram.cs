using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AsrService.Hosting;

/// <summary>
/// The program of a service: starts it, says where it listens, and waits for a signal to stop; or asks one whether it is ready.
/// </summary>
public static class ServiceProgram
{
    private const int Done = 0, NotStarted = 1;

    /// <summary>Runs it to its end.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="args">Settings, or a command.</param>
    /// <param name="create">Makes it of settings, not yet started.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ServiceKind kind, string[] args, Func<string[], WebApplication> create)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(create);
        if (args is [HealthCommand.Name, .. var rest]) return await HealthCommand.RunAsync(kind, rest).ConfigureAwait(false);
        WebApplication? app = null;
        try
        {
            app = create(args);
            await StartAsync(app).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (app is not null && app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it was ready.
        }
        catch (Exception failure) when (StartupFailures.Describe(failure) is { Count: > 0 } lines)
        {
            foreach (string line in lines) await Console.Error.WriteLineAsync($"{kind.Name}: {line}").ConfigureAwait(false);
            if (app is not null) await app.DisposeAsync().ConfigureAwait(false);
            return NotStarted;
        }

        await app.WaitForShutdownAsync().ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
        return Done;
    }

    /// <summary>Starts it; the lines are printed when it serves, so whoever reads them may call.</summary>
    private static async Task StartAsync(WebApplication app)
    {
        await app.StartAsync().ConfigureAwait(false);
        var host = app.Services.GetRequiredService<IModelHost>();
        await host.Engine.Ready.WaitAsync(app.Lifetime.ApplicationStopping).ConfigureAwait(false);

        var addresses = ServerAddresses.Of(app);
        Console.WriteLine($"gRPC: {addresses.Grpc.OriginalString}");
        Console.WriteLine($"HTTP: {addresses.Http.OriginalString}");
        Console.WriteLine($"Model: {host.Model.Name}, revision {host.Model.Revision}");
        if (host.Model.Notice is not null) Console.WriteLine($"Notice: {host.Model.Notice}");
    }
}

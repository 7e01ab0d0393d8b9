using AsrService.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AsrService.Server;

/// <summary>
/// The program: starts the service, says where it listens, and waits for a signal to stop; or asks one whether it is ready.
/// </summary>
internal static class ServerProgram
{
    private const int Done = 0, NotStarted = 1;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [HealthCommand.Name, .. var rest]) return await HealthCommand.RunAsync(rest);
        WebApplication? app = null;
        try
        {
            app = ServerApplication.Create(args);
            await StartAsync(app);
        }
        catch (OperationCanceledException) when (app is not null && app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it was ready.
        }
        catch (Exception failure) when (StartupFailures.Describe(failure) is { Count: > 0 } lines)
        {
            foreach (string line in lines) await Console.Error.WriteLineAsync($"AsrService.Server: {line}");
            if (app is not null) await app.DisposeAsync();
            return NotStarted;
        }

        await app.WaitForShutdownAsync();
        await app.DisposeAsync();
        return Done;
    }

    /// <summary>Starts it; the lines are printed when it serves, so whoever reads them may call.</summary>
    private static async Task StartAsync(WebApplication app)
    {
        await app.StartAsync();
        var model = app.Services.GetRequiredService<EngineHost>().Model;
        await model.Engine.Ready.WaitAsync(app.Lifetime.ApplicationStopping);

        var addresses = ServerAddresses.Of(app);
        Console.WriteLine($"gRPC: {addresses.Grpc.OriginalString}");
        Console.WriteLine($"HTTP: {addresses.Http.OriginalString}");
        Console.WriteLine($"Model: {model.Name}, revision {model.Revision}");
        if (model.Notice is not null) Console.WriteLine($"Notice: {model.Notice}");
    }
}

using AsrService.Hosting;
using AsrService.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

const int Done = 0, NotStarted = 1;

try
{
    await using var app = ServerApplication.Create(args);
    try
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
    catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
    {
        // Told to stop before it was ready.
    }

    await app.WaitForShutdownAsync();
    return Done;
}
catch (Exception failure) when (StartupFailures.Describe(failure) is { Count: > 0 } lines)
{
    foreach (string line in lines) await Console.Error.WriteLineAsync($"AsrService.Server: {line}");
    return NotStarted;
}

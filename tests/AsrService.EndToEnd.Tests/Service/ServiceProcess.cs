using System.Collections.Concurrent;
using System.Diagnostics;
using AsrService.EndToEnd.Tests.Clients;

namespace AsrService.EndToEnd.Tests.Service;

/// <summary>The built service as a process on free ports.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Task _logging;

    private ServiceProcess(Process process)
    {
        _process = process;
        _logging = LogAsync();
    }

    /// <summary>host:port of gRPC.</summary>
    public string Grpc { get; private set; } = "";

    /// <summary>Address of health checks.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>What it has written to standard error.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <param name="settings">As <c>Asr:Limits:MaxIdle=00:00:05</c>.</param>
    public static async Task<ServiceProcess> StartAsync(params string[] settings)
    {
        string[] ours =
        [
            "Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0", "Kestrel:Endpoints:Http:Url=http://127.0.0.1:0",
            "Logging:LogLevel:AsrService=Trace", // whatever the level, it must hold no transcript
        ];
        string program = Path.Combine(AppContext.BaseDirectory, "AsrService.Server.dll");
        var start = new ProcessStartInfo(Dotnet, ["exec", program, .. ours.Concat(settings).Select(setting => "--" + setting)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var service = new ServiceProcess(Process.Start(start)!);
        service.Grpc = new Uri(await service.ReadAsync("gRPC: ")).Authority;
        service.Http = new Uri(await service.ReadAsync("HTTP: "));
        await service.ReadAsync("Model: demo-asr");
        await service.ReadAsync("Notice: ");
        return service;
    }

    /// <summary>Asks it to stop.</summary>
    public Task TerminateAsync() => Signals.SendAsync(_process.Id, "TERM");

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(ForeignClient.Patience);
        await _logging;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await EndAsync();
        _process.Dispose();
    }

    private async Task<string> ReadAsync(string prefix)
    {
        string? line = await _process.StandardOutput.ReadLineAsync().WaitAsync(ForeignClient.Patience);
        Assert.True(line?.StartsWith(prefix, StringComparison.Ordinal), $"\"{line}\" is not \"{prefix}\u2026\": {string.Join('\n', _log)}");
        return line![prefix.Length..];
    }

    private async Task LogAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line) _log.Enqueue(line);
    }
}

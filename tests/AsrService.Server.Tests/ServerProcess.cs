using System.Diagnostics;

namespace AsrService.Server.Tests;

/// <summary>The real program as a child process.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private readonly Process _process;
    private readonly Task<string> _errors;

    public ServerProcess(params string[] args)
        : this([], args)
    {
    }

    /// <param name="environment">On top of the test's own.</param>
    /// <param name="args">Of the program.</param>
    public ServerProcess(IEnumerable<(string Name, string Value)> environment, string[] args)
    {
        AsrService.TestKit.Posix.HeedInterrupt();
        string program = Path.Combine(AppContext.BaseDirectory, "AsrService.Server.dll");
        var start = new ProcessStartInfo(Dotnet, ["exec", program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public static string[] FreePorts { get; } =
        ["--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0"];

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output, string[] Errors)> RunAsync(params string[] args)
    {
        using var server = new ServerProcess(args);
        return await server.EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Output, string[] Errors)> EndAsync() =>
        await EndAsync(await _process.StandardOutput.ReadToEndAsync().WaitAsync(Limit));

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new EndOfStreamException(await _errors);

    /// <summary>Reads all that it says when it serves.</summary>
    public async Task<ServerAddresses> AddressesAsync()
    {
        string grpc = (await ReadLineAsync())["gRPC: ".Length..], http = (await ReadLineAsync())["HTTP: ".Length..];
        for (int i = 0; i < 2; i++) await ReadLineAsync(); // model and notice
        return new ServerAddresses(new Uri(grpc), new Uri(http));
    }

    public async Task<(int Code, string Output, string[] Errors)> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{_process.Id}"]);
        return await EndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<(int Code, string Output, string[] Errors)> EndAsync(string output)
    {
        string errors = await _errors.WaitAsync(Limit);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return (_process.ExitCode, output, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}

using System.Diagnostics;

namespace AsrService.TestKit;

/// <summary>A service's real program as a child process.</summary>
public class ServiceProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts it.</summary>
    /// <param name="program">Name of its assembly, beside the tests.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="environment">On top of the test's own.</param>
    public ServiceProcess(string program, string[] args, params (string Name, string Value)[] environment)
    {
        Posix.HeedInterrupt();
        string path = Path.Combine(AppContext.BaseDirectory, program + ".dll");
        var start = new ProcessStartInfo(Dotnet, ["exec", path, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Arguments for ports that the system chooses.</summary>
    public static string[] FreePorts { get; } =
        ["--Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0"];

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output, string[] Errors)> RunAsync(string program, params string[] args)
    {
        using var server = new ServiceProcess(program, args);
        return await server.EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Output, string[] Errors)> EndAsync() =>
        await EndAsync(await _process.StandardOutput.ReadToEndAsync().WaitAsync(Limit));

    /// <summary>Its next line on standard output.</summary>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new EndOfStreamException(await _errors);

    /// <summary>Sends a signal, as <c>TERM</c>, and waits for the end.</summary>
    public async Task<(int Code, string Output, string[] Errors)> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{_process.Id}"]);
        return await EndAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
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

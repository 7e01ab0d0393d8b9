using System.Diagnostics;
using System.Text;

namespace AsrService.TestKit;

/// <summary>How a test starts the <c>asr</c> program.</summary>
public sealed record AsrStart(params string[] Arguments)
{
    /// <summary>Environment on top of the test's own; null removes a variable.</summary>
    public Dictionary<string, string?> Environment { get; init; } = [];

    /// <summary>The program; null for the one beside the tests.</summary>
    public string? Program { get; init; }

    /// <summary>Working folder; null for the temporary folder of the run.</summary>
    public string? Folder { get; init; }

    /// <summary>A shell redirection such as <c>&gt;/dev/full</c>, or a pipe; the program is then run by <c>sh</c>.</summary>
    public string? Shell { get; init; }

    /// <summary>Time after which the program is killed and the test fails.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(90);
}

/// <summary>What a finished program left.</summary>
/// <param name="ExitCode">As the shell would see it.</param>
/// <param name="Output">Its stdout.</param>
/// <param name="Errors">Its stderr.</param>
/// <param name="LeftBehind">Names in its temporary folder after its end.</param>
public sealed record AsrResult(int ExitCode, string Output, string Errors, IReadOnlyList<string> LeftBehind)
{
    /// <summary>Lines of stdout, without the last line break.</summary>
    public string[] OutputLines => Lines(Output);

    /// <summary>Lines of stderr, without the last line break.</summary>
    public string[] ErrorLines => Lines(Errors);

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}

/// <summary>The real <c>asr</c> program as a child process, with a temporary folder of its own.</summary>
public sealed class AsrProcess : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly Process _process;
    private readonly TimeSpan _limit;
    private readonly StringBuilder _output = new(), _errors = new();
    private readonly TaskCompletionSource _firstError = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _outputRead, _errorsRead;

    /// <summary>Starts it; its stdin is at its end.</summary>
    public AsrProcess(AsrStart start)
    {
        Posix.HeedInterrupt();
        _limit = start.Limit;
        _process = new Process { StartInfo = Describe(start) };
        _process.Start();
        _process.StandardInput.Close();
        _outputRead = ReadAsync(_process.StandardOutput, _output, null);
        _errorsRead = ReadAsync(_process.StandardError, _errors, _firstError);
    }

    /// <summary>The built program, which the project reference puts beside the tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "asr.dll");

    /// <summary>How a shell starts it.</summary>
    public static string CommandLine => $"'{Dotnet}' exec '{Program}'";

    /// <summary>The program that runs it, with its whole path: a test may take PATH away.</summary>
    private static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    /// <summary>Id of the process, or of the shell around it.</summary>
    public int Id => _process.Id;

    /// <summary>Runs it to its end.</summary>
    public static Task<AsrResult> RunAsync(params string[] arguments) => RunAsync(new AsrStart(arguments));

    /// <inheritdoc cref="RunAsync(string[])"/>
    public static async Task<AsrResult> RunAsync(AsrStart start)
    {
        using var process = new AsrProcess(start);
        return await process.WaitAsync();
    }

    /// <summary>Waits for the first output on stderr.</summary>
    public Task FirstErrorAsync() => _firstError.Task.WaitAsync(_limit);

    /// <summary>Waits for its end and for the end of its output.</summary>
    /// <exception cref="TimeoutException">It ran past its limit and was killed.</exception>
    public async Task<AsrResult> WaitAsync()
    {
        using var limit = new CancellationTokenSource(_limit);
        try
        {
            await Task.WhenAll(_outputRead, _errorsRead, _process.WaitForExitAsync(limit.Token)).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"asr ran for {_limit}; stdout so far: {_output}; stderr: {_errors}");
        }
        string[] left = [.. Directory.EnumerateFileSystemEntries(_temporary.Path).Select(path => Path.GetFileName(path))];
        return new AsrResult(_process.ExitCode, _output.ToString(), _errors.ToString(), left);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _temporary.Dispose();
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder to, TaskCompletionSource? started)
    {
        var buffer = new char[4096];
        for (int count; (count = await from.ReadAsync(buffer)) > 0;)
        {
            to.Append(buffer, 0, count);
            started?.TrySetResult();
        }
    }

    private ProcessStartInfo Describe(AsrStart start)
    {
        string[] line = ["exec", start.Program ?? Program, .. start.Arguments];
        var info = start.Shell is null
            ? new ProcessStartInfo(Dotnet, line)
            : new ProcessStartInfo("sh", ["-c", $"\"$0\" \"$@\" {start.Shell}", Dotnet, .. line]);
        info.WorkingDirectory = start.Folder ?? _temporary.Path;
        (info.RedirectStandardInput, info.RedirectStandardOutput, info.RedirectStandardError) = (true, true, true);
        (info.StandardOutputEncoding, info.StandardErrorEncoding) = (Encoding.UTF8, Encoding.UTF8);
        info.Environment["TMPDIR"] = _temporary.Path;
        info.Environment["DOTNET_EnableDiagnostics"] = "0"; // its socket would lie in the temporary folder
        info.Environment.Remove("ASR_MODELS");
        foreach (var (name, value) in start.Environment)
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }
        return info;
    }
}

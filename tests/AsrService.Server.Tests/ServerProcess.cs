using AsrService.TestKit;

namespace AsrService.Server.Tests;

/// <summary>The real program as a child process.</summary>
internal sealed class ServerProcess(params string[] args) : ServiceProcess(Program, args)
{
    private const string Program = "AsrService.Server";

    /// <summary>Runs it to its end.</summary>
    public static Task<(int Code, string Output, string[] Errors)> RunAsync(params string[] args) => RunAsync(Program, args);
}

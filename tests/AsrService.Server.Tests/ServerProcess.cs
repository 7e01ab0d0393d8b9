using AsrService.Hosting;
using AsrService.TestKit;

namespace AsrService.Server.Tests;

/// <summary>The real program as a child process.</summary>
internal sealed class ServerProcess : ServiceProcess
{
    private const string Program = "AsrService.Server";

    public ServerProcess(params string[] args)
        : base(Program, args)
    {
    }

    /// <param name="environment">On top of the test's own.</param>
    /// <param name="args">Of the program.</param>
    public ServerProcess(IEnumerable<(string Name, string Value)> environment, string[] args)
        : base(Program, args, [.. environment])
    {
    }

    /// <summary>Runs it to its end.</summary>
    public static Task<(int Code, string Output, string[] Errors)> RunAsync(params string[] args) => RunAsync(Program, args);

    /// <summary>Reads all that it says when it serves.</summary>
    public async Task<ServerAddresses> AddressesAsync()
    {
        string grpc = (await ReadLineAsync())["gRPC: ".Length..], http = (await ReadLineAsync())["HTTP: ".Length..];
        for (int i = 0; i < 2; i++) await ReadLineAsync(); // model and notice
        return new ServerAddresses(new Uri(grpc), new Uri(http));
    }
}

using System.ComponentModel;
using System.Diagnostics;
using AsrService.TestKit;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>Command lines of the foreign clients, and whether this machine has what they need.</summary>
internal static class ForeignPrograms
{
    private const string Python = "/usr/bin/python3"; // Debian's, which has Debian's grpcio

    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "tests", "endtoend");
    private static readonly string NodeModules = Path.Combine(RepositoryPaths.Root, "tests", "interop", "node", "node_modules");
    private static readonly string Descriptors = Path.Combine(AppContext.BaseDirectory, "asr.descriptors");

    private static readonly Lazy<bool> HasGrpcJs = new(() =>
        Directory.Exists(Path.Combine(NodeModules, "@grpc", "grpc-js")) && Runs("node", "--version"));

    private static readonly Lazy<bool> HasGrpcio = new(() => Runs(Python, "-c", "import grpc, google.protobuf"));

    /// <summary>Skips the test where a runtime is not installed; fails it on a build machine, which has to have all.</summary>
    public static void Require(Runtime runtime)
    {
        bool isThere = runtime == Runtime.GrpcJs ? HasGrpcJs.Value : HasGrpcio.Value;
        bool isBuildMachine = Environment.GetEnvironmentVariable("CI") is "true" or "1";
        Assert.SkipUnless(isThere || isBuildMachine, $"{runtime} is not installed; tests/run.sh installs it.");
        Assert.True(isThere, $"{runtime} is not installed, and CI is set: tests/run.sh has to install it.");
    }

    public static ProcessStartInfo Client(Runtime runtime)
    {
        var start = runtime == Runtime.GrpcJs
            ? Command("node", Path.Combine(Folder, "node", "client.js"), Descriptors)
            : Command(Python, Path.Combine(Folder, "python", "client.py"), Descriptors);
        start.Environment["NODE_PATH"] = NodeModules; // installed once, with the interop programs
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return start;
    }

    /// <summary>A program for Node.js as a user has it, started from the repository's root.</summary>
    public static ProcessStartInfo Node(string program, string address)
    {
        var start = Command("node", "-e", program);
        start.WorkingDirectory = RepositoryPaths.Root;
        start.Environment["NODE_PATH"] = NodeModules;
        start.Environment["ASR_ADDRESS"] = address;
        return start;
    }

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(Command(program, arguments))!;
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception) // no such program
        {
            return false;
        }
    }

    private static ProcessStartInfo Command(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A proxy that this machine may have is not for loopback addresses.
        foreach (string name in new[] { "http_proxy", "https_proxy", "grpc_proxy", "all_proxy" })
        {
            start.Environment.Remove(name);
            start.Environment.Remove(name.ToUpperInvariant());
        }

        return start;
    }
}

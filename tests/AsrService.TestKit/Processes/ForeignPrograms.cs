using System.ComponentModel;
using System.Diagnostics;

namespace AsrService.TestKit;

/// <summary>
/// Programs on other implementations of gRPC, in the folder of the tests: Node.js with grpc-js, and Debian's Python with
/// Debian's grpcio. Their standard streams are ours.
/// </summary>
public static class ForeignPrograms
{
    private const string Python = "/usr/bin/python3"; // Debian's, which has Debian's grpcio

    private static readonly string Tests = Path.Combine(RepositoryPaths.Root, "tests");
    private static readonly string NodeModules = Path.Combine(Tests, "interop", "node", "node_modules");

    private static readonly Lazy<bool> HasGrpcJs = new(() =>
        Directory.Exists(Path.Combine(NodeModules, "@grpc", "grpc-js")) && Runs("node", "--version"));

    private static readonly Lazy<bool> HasGrpcio = new(() => Runs(Python, "-c", "import grpc, google.protobuf"));

    /// <summary>Skips the test where it is not installed; fails it on a build machine, which has to have all.</summary>
    public static void RequireGrpcJs() => Tools.Require(nameof(GrpcJs), HasGrpcJs.Value);

    /// <inheritdoc cref="RequireGrpcJs"/>
    public static void RequireGrpcio() => Tools.Require(nameof(Grpcio), HasGrpcio.Value);

    /// <summary>A program for Node.js.</summary>
    /// <param name="program">Its path below the folder of the tests.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo GrpcJs(string program, params string[] arguments) =>
        Node([Path.Combine(Tests, program), .. arguments]);

    /// <summary>Node.js with arguments of its own; it finds grpc-js wherever it runs.</summary>
    public static ProcessStartInfo Node(params string[] arguments)
    {
        var start = Command("node", arguments);
        start.Environment["NODE_PATH"] = NodeModules; // installed once, with the interop programs
        return start;
    }

    /// <summary>A program for Python.</summary>
    /// <inheritdoc cref="GrpcJs" path="/param"/>
    public static ProcessStartInfo Grpcio(string program, params string[] arguments)
    {
        var start = Command(Python, [Path.Combine(Tests, program), .. arguments]);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return start;
    }

    /// <summary>Any program.</summary>
    public static ProcessStartInfo Command(string program, params string[] arguments)
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
}

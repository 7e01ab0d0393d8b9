using System.Diagnostics;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Interop.Tests.Peers;

/// <summary>Command lines of the servers and clients, and whether this machine has what they need.</summary>
internal static class Programs
{
    private const string Python = "/usr/bin/python3"; // Debian's, which has Debian's grpcio

    private static readonly string Folder = Path.Combine(RepositoryPaths.Root, "tests", "interop");
    private static readonly string Descriptors = Path.Combine(AppContext.BaseDirectory, "interop.descriptors");

    private static readonly Lazy<bool> HasGrpcJs = new(() =>
        Directory.Exists(Path.Combine(Folder, "node", "node_modules", "@grpc", "grpc-js")) && Runs("node", "--version"));

    private static readonly Lazy<bool> HasGrpcio = new(() => Runs(Python, "-c", "import grpc, google.protobuf"));

    /// <summary>Skips the test where a runtime is not installed; fails it on a build machine, which has to have all.</summary>
    public static void Require(Runtime runtime)
    {
        bool isThere = runtime switch
        {
            Runtime.GrpcJs => HasGrpcJs.Value,
            Runtime.Grpcio => HasGrpcio.Value,
            _ => true,
        };
        bool isBuildMachine = Environment.GetEnvironmentVariable("CI") is "true" or "1";
        Assert.SkipUnless(isThere || isBuildMachine, $"{runtime} is not installed; tests/run.sh installs it.");
        Assert.True(isThere, $"{runtime} is not installed, and CI is set: tests/run.sh has to install it.");
    }

    public static ProcessStartInfo Server(Runtime runtime, CertificateFiles certificate, string socketPath)
    {
        string[] shared = [certificate.Certificate, certificate.Key, socketPath];
        return runtime switch
        {
            Runtime.GrpcJs => Command("node", [Foreign("node/server.js"), Descriptors, .. shared]),
            Runtime.Grpcio => Command(Python, [Foreign("python/server.py"), Descriptors, .. shared]),
            _ => Command(OurProgram, ["serve", .. shared]),
        };
    }

    public static ProcessStartInfo Client(Runtime runtime) => runtime switch
    {
        Runtime.GrpcJs => Command("node", Foreign("node/client.js"), Descriptors),
        Runtime.Grpcio => Command(Python, Foreign("python/client.py"), Descriptors),
        _ => Command(OurProgram, "call"),
    };

    private static string OurProgram => Path.Combine(AppContext.BaseDirectory, "AsrService.Interop.Host");

    private static string Foreign(string path) => Path.Combine(Folder, path);

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(Command(program, arguments))!;
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception) // no such program
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

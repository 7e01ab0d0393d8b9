using System.Diagnostics;
using AsrService.TestKit;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>Command lines of the foreign clients, and whether this machine has what they need.</summary>
internal static class ClientPrograms
{
    private static readonly string Descriptors = Path.Combine(AppContext.BaseDirectory, "asr.descriptors");

    /// <summary>Skips the test where a runtime is not installed; fails it on a build machine, which has to have all.</summary>
    public static void Require(Runtime runtime)
    {
        if (runtime == Runtime.GrpcJs) ForeignPrograms.RequireGrpcJs();
        else ForeignPrograms.RequireGrpcio();
    }

    public static ProcessStartInfo Client(Runtime runtime) => runtime == Runtime.GrpcJs
        ? ForeignPrograms.GrpcJs("endtoend/node/client.js", Descriptors)
        : ForeignPrograms.Grpcio("endtoend/python/client.py", Descriptors);

    /// <summary>A program for Node.js as a user has it, started from the repository's root.</summary>
    public static ProcessStartInfo Node(string program, string address)
    {
        var start = ForeignPrograms.Node("-e", program);
        start.WorkingDirectory = RepositoryPaths.Root;
        start.Environment["ASR_ADDRESS"] = address;
        return start;
    }
}

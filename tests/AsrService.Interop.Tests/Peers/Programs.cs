using System.Diagnostics;
using AsrService.TestKit;

namespace AsrService.Interop.Tests.Peers;

/// <summary>Command lines of the servers and clients, and whether this machine has what they need.</summary>
internal static class Programs
{
    private static readonly string Descriptors = Path.Combine(AppContext.BaseDirectory, "interop.descriptors");

    /// <summary>Skips the test where a runtime is not installed; fails it on a build machine, which has to have all.</summary>
    public static void Require(Runtime runtime)
    {
        if (runtime == Runtime.GrpcJs) ForeignPrograms.RequireGrpcJs();
        if (runtime == Runtime.Grpcio) ForeignPrograms.RequireGrpcio();
    }

    public static ProcessStartInfo Server(Runtime runtime, CertificateFiles certificate, string socketPath)
    {
        string[] shared = [certificate.Certificate, certificate.Key, socketPath];
        return runtime switch
        {
            Runtime.GrpcJs => ForeignPrograms.GrpcJs("interop/node/server.js", [Descriptors, .. shared]),
            Runtime.Grpcio => ForeignPrograms.Grpcio("interop/python/server.py", [Descriptors, .. shared]),
            _ => ForeignPrograms.Command(OurProgram, ["serve", .. shared]),
        };
    }

    public static ProcessStartInfo Client(Runtime runtime) => runtime switch
    {
        Runtime.GrpcJs => ForeignPrograms.GrpcJs("interop/node/client.js", Descriptors),
        Runtime.Grpcio => ForeignPrograms.Grpcio("interop/python/client.py", Descriptors),
        _ => ForeignPrograms.Command(OurProgram, "call"),
    };

    private static string OurProgram => Path.Combine(AppContext.BaseDirectory, "AsrService.Interop.Host");
}

namespace AsrService.Repository.Tests;

/// <summary>Which project may refer to which: every arrow points down, towards the kernels.</summary>
internal static class Layers
{
    /// <summary>Prefix that a project's name has and the table leaves out.</summary>
    public const string Prefix = "AsrService.";

    /// <summary>Built only when asked for, so neither in the solution nor beside these tests.</summary>
    public const string OnRequest = "Models.Torch";

    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["Cli"] = ["Server", "Contracts", "Rpc"],
        ["Server"] = ["Aligner", "Contracts", "Rpc"],
        ["Aligner"] = ["Hosting", "Contracts", "Rpc"],
        ["Hosting"] = ["Engine", "Contracts", "Rpc", "Models.Torch"],
        ["Engine"] = ["Models", "Audio", "Tokenizer"],
        ["Models.Torch"] = ["Models"],
        ["Models"] = ["Kernels"],
        ["Kernels"] = [],
        ["Audio"] = [],
        ["Tokenizer"] = [],
        ["Contracts"] = ["Rpc"], // generated service stubs are written against the gRPC type names
        ["Rpc"] = [],
        ["Client"] = [], // its gRPC sources are compiled in
    };

    private static readonly string[] NoTransport = ["Engine", "Models.Torch", "Models", "Kernels", "Audio", "Tokenizer"];

    private static readonly string[] Transport =
        ["Microsoft.AspNetCore.", "Grpc.", "Google.Protobuf", "Microsoft.Extensions.Configuration", "Microsoft.NET.Sdk.Web"];

    /// <summary>Whether the table knows a project of <c>src/</c>.</summary>
    public static bool Knows(string project) => Below.ContainsKey(Short(project));

    /// <summary>Whether one project may see another, directly or through those between them.</summary>
    public static bool MaySee(string project, string other) =>
        Below.TryGetValue(Short(project), out string[]? below)
        && below.Any(next => next == Short(other) || MaySee(next, other));

    /// <summary>Whether a package, framework, SDK or assembly is one that the project must not know of.</summary>
    public static bool IsForbidden(string project, string dependency) =>
        NoTransport.Contains(Short(project))
        && Transport.Any(prefix => (dependency + ".").StartsWith(prefix.TrimEnd('.') + ".", StringComparison.Ordinal));

    private static string Short(string project) =>
        project.StartsWith(Prefix, StringComparison.Ordinal) ? project[Prefix.Length..] : project;
}

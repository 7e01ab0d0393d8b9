using System.Reflection;
using Xunit;

namespace AsrService.Contracts.Tests;

/// <summary>
/// Holds the public types of AsrService.Rpc to the signatures of the stock packages, so that <c>-p:StockGrpc=true</c>
/// keeps compiling. Both ways: whatever the list says is here, and nothing is here that the list does not say, but for
/// the short list of what is ours alone. The list was compared with the stock packages by hand; built against them, the
/// first two tests hold both lists to the original.
/// </summary>
[Trait("Category", "Unit")]
public sealed class StockSignatureTests
{
    private const string Ours = "AsrService.Rpc";

    private const string Stock = "stock-grpc-signatures.txt";

    private const string OursAlone = "grpc-signatures-of-ours.txt";

    // Generated on both sides from the same public .proto files, v1 in ours alone; the messages are not compared.
    private static readonly string[] GeneratedNamespaces =
        ["Grpc.Health.V1", "Grpc.Reflection.V1", "Grpc.Reflection.V1Alpha"];

    private static readonly Assembly Core = typeof(Grpc.Core.Status).Assembly;

    // What is one assembly of ours is several stock packages.
    private static readonly Assembly[] Assemblies =
        Core.GetName().Name == Ours
            ? [Core]
            : [.. Directory.GetFiles(AppContext.BaseDirectory, "Grpc.*.dll").Select(Load)];

    [Fact]
    public void Rpc_EverySignatureOfTheList_IsOffered() =>
        AssertNone($"{Stock} has what is not offered", Lines(Stock).Except(Offered()));

    [Fact]
    public void Rpc_EverySignatureOfOursAlone_IsOfferedByOursAlone()
    {
        var alone = Lines(OursAlone);

        AssertNone($"{OursAlone} has what {Stock} has too", alone.Intersect(Lines(Stock)));
        if (Core.GetName().Name == Ours) AssertNone($"{OursAlone} has what is not offered", alone.Except(Offered()));
        else AssertNone($"The stock packages offer it, so move it to {Stock}", alone.Intersect(Offered()));
    }

    [Fact]
    public void Rpc_EverySignatureOfOurs_IsOnAList()
    {
        Assert.SkipWhen(Core.GetName().Name != Ours, "The stock packages offer more than we use.");

        AssertNone(
            $"Look these up in the stock packages, then add them to {Stock}, or to {OursAlone} if they are not there",
            Offered().Except(Lines(Stock)).Except(Lines(OursAlone)));
    }

    [Fact]
    public void Lines_KnownType_ReadAsSourceWould()
    {
        var lines = SignatureRenderer.Lines(typeof(Grpc.Core.WriteOptions));

        Assert.Equal(
        [
            "class Grpc.Core.WriteOptions",
            "Grpc.Core.WriteOptions(Grpc.Core.WriteFlags flags = 0)",
            "static readonly Grpc.Core.WriteOptions Grpc.Core.WriteOptions.Default",
            "Grpc.Core.WriteFlags Grpc.Core.WriteOptions.Flags { get; }",
        ],
        lines);
    }

    private static IReadOnlyList<string> Lines(string file) => EmbeddedFile.Lines(file);

    private static string[] Offered() =>
    [
        .. Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => !GeneratedNamespaces.Contains(type.Namespace) && IsOffered(type))
            .OrderBy(TypeNames.Declared, StringComparer.Ordinal)
            .SelectMany(SignatureRenderer.Lines),
    ];

    private static Assembly Load(string file) => Assembly.Load(AssemblyName.GetAssemblyName(file));

    private static bool IsOffered(Type type) =>
        type.IsPublic ||
        ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsOffered(type.DeclaringType!));

    // Not Assert.Empty: it cuts the very lines that are to be read and copied.
    private static void AssertNone(string what, IEnumerable<string> lines)
    {
        string[] found = [.. lines];
        Assert.True(found.Length == 0, $"{what}:\n{string.Join('\n', found)}");
    }
}

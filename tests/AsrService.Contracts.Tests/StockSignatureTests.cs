using System.Reflection;
using Xunit;

namespace AsrService.Contracts.Tests;

/// <summary>
/// Holds the Grpc.Core types to the signatures of the stock package, so that <c>-p:StockGrpc=true</c> keeps compiling.
/// Both ways: whatever the list says is here, and nothing is here that the list does not say; the list was compared with
/// the stock package by hand. Built against the stock packages the first test holds the list to the original.
/// </summary>
[Trait("Category", "Unit")]
public sealed class StockSignatureTests
{
    private const string Ours = "AsrService.Rpc";

    private static readonly string[] StockNamespaces = ["Grpc.Core", "Grpc.Core.Interceptors"];

    private static readonly Assembly Core = typeof(Grpc.Core.Status).Assembly;

    // Some of these namespaces are spread over several stock packages; ours are in one assembly.
    private static readonly Assembly[] Assemblies =
        Core.GetName().Name == Ours
            ? [Core]
            : [.. Directory.GetFiles(AppContext.BaseDirectory, "Grpc.*.dll").Select(Load)];

    [Fact]
    public void GrpcCore_EverySignatureOfTheList_IsOffered() =>
        AssertNone("The list has, Grpc.Core has not", Listed().Except(Offered()));

    [Fact]
    public void GrpcCore_EverySignatureOfOurs_IsOnTheList()
    {
        Assert.SkipWhen(Core.GetName().Name != Ours, "The stock package offers more than we use.");

        AssertNone("Look these up in the stock package, then add them to the list", Offered().Except(Listed()));
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

    private static IReadOnlyList<string> Listed() => EmbeddedFile.Lines("stock-grpc-signatures.txt");

    private static string[] Offered() =>
    [
        .. Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => StockNamespaces.Contains(type.Namespace) && IsOffered(type))
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

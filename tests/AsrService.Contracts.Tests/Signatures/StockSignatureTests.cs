using System.Reflection;
using Xunit;

namespace AsrService.Contracts.Tests.Signatures;

/// <summary>
/// Holds the Grpc.Core types to the signatures of the stock package, so that <c>-p:StockGrpc=true</c> keeps compiling.
/// Both ways: whatever the list says is here, and nothing is here that the list, compared with the stock package by
/// hand,
/// does not say. Built against the stock package the first test holds the list to the original.
/// </summary>
[Trait("Category", "Unit")]
public sealed class StockSignatureTests
{
    private static readonly string[] StockNamespaces = ["Grpc.Core", "Grpc.Core.Interceptors"];

    private static readonly Assembly Core = typeof(Grpc.Core.Status).Assembly;

    [Fact]
    public void GrpcCore_EverySignatureOfTheList_IsOffered() =>
        AssertNone("The list has, Grpc.Core has not", Listed().Except(Offered()));

    [Fact]
    public void GrpcCore_EverySignatureOfOurs_IsOnTheList()
    {
        Assert.SkipWhen(Core.GetName().Name != "AsrService.Rpc", "The stock package offers more than we use.");

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
        .. Core.GetTypes()
            .Where(type => StockNamespaces.Contains(type.Namespace) && IsOffered(type))
            .OrderBy(TypeNames.Declared, StringComparer.Ordinal)
            .SelectMany(SignatureRenderer.Lines),
    ];

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

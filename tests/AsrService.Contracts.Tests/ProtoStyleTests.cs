using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Xunit;

namespace AsrService.Contracts.Tests;

[Trait("Category", "Unit")]
public sealed partial class ProtoStyleTests
{
    private static readonly string[] PublicPackages =
        ["google.rpc", "grpc.health.v1", "grpc.reflection.v1", "grpc.reflection.v1alpha"];

    [Fact]
    public void Contract_EveryDeclaration_HasACommentBeforeIt()
    {
        var bare = ContractFiles.All.File.SelectMany(ProtoElement.Of)
            .Where(element => element.Comment.Length == 0)
            .Select(element => $"{element.Kind} {element.Name}");

        Assert.Empty(bare);
    }

    [Fact]
    public void Of_KnownDeclarations_ReadsTheirComments()
    {
        var comments = ContractFiles.OfAsr().File.SelectMany(ProtoElement.Of).ToDictionary(e => e.Name, e => e.Comment);

        Assert.Equal("Where it begins.", comments["asr.v1.Word.start"]);
        Assert.Equal("Safe to repeat.", comments["asr.v1.Aligner.Align"].Split(". ")[^1]);
        Assert.Equal("Never sent.", comments["asr.v1.EndReason.END_REASON_UNSPECIFIED"]);
        Assert.Equal("What happened.", comments["asr.v1.StreamingTranscribeResponse.event"]);
    }

    [Fact]
    public void Of_DeclarationAddedWithoutComment_IsBare()
    {
        var file = ContractFiles.OfAsr().File[0];
        file.MessageType[0].Field.Add(new FieldDescriptorProto { Name = "bare", Number = 99 });

        var bare = ProtoElement.Of(file).Where(element => element.Comment.Length == 0);

        Assert.Equal([$"asr.v1.{file.MessageType[0].Name}.bare"], bare.Select(element => element.Name));
    }

    [Fact]
    public void Contract_EveryPackage_IsOursOrAPublicOne() =>
        Assert.All(ContractFiles.All.File, file =>
        {
            Assert.Contains(file.Package, PublicPackages.Append("asr.v1"));
            Assert.Equal(file.Package.Replace('.', '/'), Path.GetDirectoryName(file.Name)!.Replace('\\', '/'));
        });

    [Fact]
    public void Contract_EveryFileOfOurs_GeneratesIntoContractsV1() =>
        Assert.All(ContractFiles.OfAsr().File, file =>
            Assert.Equal("AsrService.Contracts.V1", file.Options.CsharpNamespace));

    [Fact]
    public void Enums_OfOurs_StartWithUnspecifiedAndCarryTheirName() =>
        Assert.All(ContractFiles.OfAsr().File.SelectMany(file => file.EnumType), type =>
        {
            string prefix = WordStart().Replace(type.Name, "_$0").ToUpperInvariant();

            Assert.Equal(($"{prefix}_UNSPECIFIED", 0), (type.Value[0].Name, type.Value[0].Number));
            Assert.All(type.Value, value => Assert.StartsWith($"{prefix}_", value.Name, StringComparison.Ordinal));
        });

    [Fact]
    public void Fields_OfOurs_AreSnakeCaseAndCarryTimeAsDuration() =>
        Assert.All(Fields(), field =>
        {
            Assert.Matches(SnakeCase(), field.Name);
            Assert.DoesNotMatch(TimeUnit(), field.Name);
            Assert.False(
                TimeWord().IsMatch(field.Name) && field.Type != FieldDescriptorProto.Types.Type.Message,
                $"{field.Name} is a time; it must be a Duration or a Timestamp.");
        });

    [Fact]
    public void Messages_OfOurs_LeaveNumbersForLater() =>
        Assert.All(ContractFiles.OfAsr().File.SelectMany(file => file.MessageType), message =>
            Assert.True(message.ReservedRange.Count > 0, $"{message.Name} reserves no numbers."));

    [Fact]
    public void Services_OfOurs_TellTheOrderOfMessagesOfEveryStream()
    {
        foreach (var file in ContractFiles.OfAsr().File)
        {
            var comments = ProtoElement.Of(file).ToDictionary(element => element.Name, element => element.Comment);
            foreach (var service in file.Service)
            {
                foreach (var method in service.Method.Where(method => method.ClientStreaming))
                {
                    string comment = comments[$"asr.v1.{service.Name}.{method.Name}"];
                    Assert.Contains("Requests:", comment, StringComparison.Ordinal);
                    Assert.Contains("Responses:", comment, StringComparison.Ordinal);
                }
            }
        }
    }

    private static IEnumerable<FieldDescriptorProto> Fields() =>
        ContractFiles.OfAsr().File.SelectMany(file => file.MessageType).SelectMany(message => message.Field);

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]")]
    private static partial Regex WordStart();

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();

    [GeneratedRegex("_(ms|s|us|ns|sec|secs|seconds|millis|minutes)$")]
    private static partial Regex TimeUnit();

    [GeneratedRegex("(^|_)(time|duration|timeout|delay|offset|start|end|lag|interval|period)$")]
    private static partial Regex TimeWord();
}

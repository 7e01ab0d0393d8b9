using Google.Protobuf.Reflection;
using Xunit;

namespace AsrService.Contracts.Tests;

[Trait("Category", "Unit")]
public sealed class ContractComparisonTests
{
    [Fact]
    public void BreakingChanges_SameContract_None() => Assert.Empty(ChangesAfter(_ => { }));

    [Fact]
    public void BreakingChanges_Additions_None() => Assert.Empty(ChangesAfter(set =>
    {
        Message(set, "Word").Field.Add(new FieldDescriptorProto
        {
            Name = "speaker", Number = 8, Type = FieldDescriptorProto.Types.Type.Bool,
        });
        Enum(set, "QualityFlag").Value.Add(new EnumValueDescriptorProto { Name = "QUALITY_FLAG_NOISE", Number = 7 });
        set.File[0].MessageType.Add(new DescriptorProto { Name = "Speaker" });
        Service(set, "Transcriber").Method.Add(new MethodDescriptorProto
        {
            Name = "Translate", InputType = ".asr.v1.TranscribeRequest", OutputType = ".asr.v1.TranscribeResponse",
        });
    }));

    [Fact]
    public void BreakingChanges_FieldRemoved_NamesIt() => AssertChange(
        set => Message(set, "Word").Field.Remove(Field(set, "Word", "confidence")),
        "field asr.v1.Word.confidence ('4 optional float') was removed.");

    [Fact]
    public void BreakingChanges_FieldRenamed_NamesBoth() => AssertChange(
        set => Field(set, "Word", "text").Name = "word",
        "field asr.v1.Word.text ('1 string') was renamed to field asr.v1.Word.word.");

    [Fact]
    public void BreakingChanges_FieldRenumbered_SaysFromAndTo() => AssertChange(
        set => Field(set, "Word", "text").Number = 9,
        "field asr.v1.Word.text was '1 string' and is now '9 string'.");

    [Fact]
    public void BreakingChanges_FieldRetyped_SaysFromAndTo() => AssertChange(
        set => Field(set, "Word", "text").Type = FieldDescriptorProto.Types.Type.Bytes,
        "field asr.v1.Word.text was '1 string' and is now '1 bytes'.");

    [Fact]
    public void BreakingChanges_FieldOfAnotherMessage_SaysFromAndTo() => AssertChange(
        set => Field(set, "Word", "start").TypeName = ".google.protobuf.Timestamp",
        "field asr.v1.Word.start was '2 google.protobuf.Duration' and is now '2 google.protobuf.Timestamp'.");

    [Fact]
    public void BreakingChanges_FieldMadeRepeated_SaysFromAndTo() => AssertChange(
        set => Field(set, "Word", "text").Label = FieldDescriptorProto.Types.Label.Repeated,
        "field asr.v1.Word.text was '1 string' and is now '1 repeated string'.");

    [Fact]
    public void BreakingChanges_PresenceLost_SaysFromAndTo() => AssertChange(
        set =>
        {
            Field(set, "Word", "confidence").Proto3Optional = false;
            Field(set, "Word", "confidence").ClearOneofIndex();
        },
        "field asr.v1.Word.confidence was '4 optional float' and is now '4 float'.");

    [Fact]
    public void BreakingChanges_FieldOutOfItsOneof_SaysFromAndTo() => AssertChange(
        set => Field(set, "StreamingTranscribeRequest", "audio").ClearOneofIndex(),
        "field asr.v1.StreamingTranscribeRequest.audio was '3 asr.v1.AudioChunk in oneof request' " +
        "and is now '3 asr.v1.AudioChunk'.");

    [Fact]
    public void BreakingChanges_OneofRenamed_NamesItsFields()
    {
        var changes = ChangesAfter(set => Message(set, "Control").OneofDecl[0].Name = "wish");

        Assert.Equal(3, changes.Count);
        Assert.All(changes, change => Assert.Contains("in oneof wish", change, StringComparison.Ordinal));
    }

    [Fact]
    public void BreakingChanges_EnumValueRenumbered_SaysFromAndTo() => AssertChange(
        set => Enum(set, "EndReason").Value.Single(value => value.Name == "END_REASON_IDLE").Number = 12,
        "value asr.v1.EndReason.END_REASON_IDLE was '3' and is now '12'.");

    [Fact]
    public void BreakingChanges_EnumValueRemoved_NamesIt() => AssertChange(
        set => Enum(set, "EndReason").Value.Remove(Enum(set, "EndReason").Value.Single(value => value.Number == 5)),
        "value asr.v1.EndReason.END_REASON_DRAIN ('5') was removed.");

    [Fact]
    public void BreakingChanges_RpcRemoved_NamesIt() => AssertChange(
        set => Service(set, "Operations").Method.RemoveAt(0),
        "rpc asr.v1.Operations.GetStats ('(asr.v1.GetStatsRequest) returns (asr.v1.GetStatsResponse)') was removed.");

    [Fact]
    public void BreakingChanges_StreamingKindChanged_SaysFromAndTo() => AssertChange(
        set => Service(set, "Transcriber").Method.Single(rpc => rpc.Name == "TranscribeFile").ClientStreaming = false,
        "rpc asr.v1.Transcriber.TranscribeFile was " +
        "'(stream asr.v1.TranscribeFileRequest) returns (stream asr.v1.TranscribeFileResponse)' and is now " +
        "'(asr.v1.TranscribeFileRequest) returns (stream asr.v1.TranscribeFileResponse)'.");

    [Fact]
    public void BreakingChanges_MessageRemoved_NamesItAndItsFields()
    {
        var changes = ChangesAfter(set =>
            set.File.Single(file => file.Name == "asr/v1/transcriber.proto").MessageType.Remove(Message(set, "Flow")));

        Assert.Contains("message asr.v1.Flow ('in asr/v1/transcriber.proto') was removed.", changes);
        Assert.Contains("field asr.v1.Flow.lag ('1 google.protobuf.Duration') was removed.", changes);
    }

    [Fact]
    public void BreakingChanges_PackageRenamed_NamesEverything() =>
        Assert.Equal(
            ContractSurface.Of(ContractFiles.OfAsr()).Count,
            ChangesAfter(set => set.File.ToList().ForEach(file => file.Package = "asr.v2")).Count);

    [Fact]
    public void Read_WhatWriteWrote_IsTheSame()
    {
        var surface = ContractSurface.Of(ContractFiles.OfAsr());

        Assert.Equal(surface, ContractSurface.Read(ContractSurface.Write(surface)));
    }

    private static void AssertChange(Action<FileDescriptorSet> tamper, string expected) =>
        Assert.Equal([expected], ChangesAfter(tamper));

    private static IReadOnlyList<string> ChangesAfter(Action<FileDescriptorSet> tamper)
    {
        var tampered = ContractFiles.OfAsr();
        tamper(tampered);
        return ContractComparison.BreakingChanges(
            ContractSurface.Of(ContractFiles.OfAsr()), ContractSurface.Of(tampered));
    }

    private static DescriptorProto Message(FileDescriptorSet set, string name) =>
        set.File.SelectMany(file => file.MessageType).Single(message => message.Name == name);

    private static FieldDescriptorProto Field(FileDescriptorSet set, string message, string name) =>
        Message(set, message).Field.Single(field => field.Name == name);

    private static EnumDescriptorProto Enum(FileDescriptorSet set, string name) =>
        set.File.SelectMany(file => file.EnumType).Single(type => type.Name == name);

    private static ServiceDescriptorProto Service(FileDescriptorSet set, string name) =>
        set.File.SelectMany(file => file.Service).Single(service => service.Name == name);
}

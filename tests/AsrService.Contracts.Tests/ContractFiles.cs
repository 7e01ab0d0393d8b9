using Google.Protobuf.Reflection;

namespace AsrService.Contracts.Tests;

/// <summary>The .proto files as protoc describes them, comments included.</summary>
internal static class ContractFiles
{
    /// <summary>All files under protos/.</summary>
    public static FileDescriptorSet All { get; } =
        FileDescriptorSet.Parser.ParseFrom(EmbeddedFile.Bytes("contract.binpb"));

    /// <summary>The files of package asr.v1, a copy to tamper with.</summary>
    public static FileDescriptorSet OfAsr()
    {
        var set = new FileDescriptorSet();
        set.File.Add(All.File.Where(file => file.Package == "asr.v1").Select(file => file.Clone()));
        return set;
    }
}

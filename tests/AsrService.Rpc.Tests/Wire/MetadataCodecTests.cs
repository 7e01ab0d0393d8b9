using AsrService.Rpc.Wire;
using Grpc.Core;

namespace AsrService.Rpc.Tests.Wire;

[Trait("Category", "Unit")]
public class MetadataCodecTests
{
    [Theory]
    [InlineData("AQ==")]
    [InlineData("AQ")]
    public void AddHeader_BinaryWithAndWithoutPadding_IsDecoded(string value)
    {
        var metadata = new Metadata();

        metadata.AddHeader("Key-Bin", value);

        Assert.Equal([1], metadata.GetValueBytes("key-bin"));
    }

    [Fact]
    public void AddHeader_JoinedBinaryValues_ComeApart()
    {
        var metadata = new Metadata();

        metadata.AddHeader("key-bin", "AQ, AgM=,");

        Assert.Equal([[1], [2, 3], []], metadata.Select(entry => entry.ValueBytes));
    }

    [Theory]
    [InlineData(":path")]
    [InlineData("grpc-timeout")]
    [InlineData("Content-Type")]
    [InlineData("TE")]
    public void AddHeader_OfTheProtocol_IsLeftOut(string name)
    {
        var metadata = new Metadata();

        metadata.AddHeader(name, "x");

        Assert.Empty(metadata);
    }

    [Theory, InlineData("x~y"), InlineData("x!y-bin")]
    public void AddHeader_NameThatOnlyHttpKnows_IsLeftOut(string name)
    {
        var metadata = new Metadata();

        metadata.AddHeader(name, "x");

        Assert.Empty(metadata);
    }

    [Theory]
    [InlineData("é")]
    [InlineData("a\nb")]
    public void HeaderValue_NotPrintableAscii_IsRefused(string value) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", value).HeaderValue());

    [Fact]
    public void HeaderValue_Binary_HasNoPadding() =>
        Assert.Equal("AQ", new Metadata.Entry("key-bin", [1]).HeaderValue());
}

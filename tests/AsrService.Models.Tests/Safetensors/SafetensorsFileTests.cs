using System.Globalization;
using System.Text;
using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.Models.Safetensors;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Safetensors;

[Trait("Category", "Unit")]
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.At("w.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(DType.F32), InlineData(DType.BF16), InlineData(DType.F16)]
    public void Read_StoredValues_AreThoseWritten(DType type)
    {
        float[] values = [0, 1, -2.5f, 0.15625f, 1024, -0.0078125f]; // exact in all three
        SafetensorsWriter.Write(File, [RawTensor.FromValues("a", new Shape(2, 3), type, values), RawTensor.FromValues("b", new Shape(1), type, [7])]);

        using var file = SafetensorsFile.Open(File);
        var source = file.Read(file.Tensors["a"]);

        Assert.Equal((new Shape(2, 3), type), (source.Shape, source.Type));
        Assert.Equal(RawTensor.FromValues("a", new Shape(2, 3), type, values).Data.ToArray(), source.Data.ToArray());
        Assert.Contains("a in ", source.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherType_IsListedButRefused()
    {
        SafetensorsWriter.Write(File, [new RawTensor("steps", "I64", [2], new byte[16]), new RawTensor("odd", "I3", [5], new byte[2])]);

        using var file = SafetensorsFile.Open(File);

        Assert.Equal(2, file.Tensors.Count);
        CheckpointAssert.Throws(() => file.Read(file.Tensors["steps"]), File, "tensor steps", "BF16, F16 or F32", "I64");
        CheckpointAssert.Throws(() => file.Read(file.Tensors["odd"]), File, "tensor odd", "I3");
    }

    [Fact]
    public void Open_EmptyTensorsAndScalars_AreFine()
    {
        SafetensorsWriter.Write(File, [new RawTensor("none", "F32", [0, 4], default), new RawTensor("one", "F32", [], new byte[4])]);

        using var file = SafetensorsFile.Open(File);

        Assert.Equal(1, file.Tensors["one"].Shape.Count);
    }

    [Theory]
    // data of 16 bytes each time
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}""", "tensor b", "data from 8 on", "overlap, at 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", "tensor b", "data at 8", "a hole up to 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "tensor a", "data at 0", "a hole up to 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "data", "8 bytes", "16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""", "tensor a", "within 16 bytes", "20")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[40,48]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "tensor a", "within 16 bytes", "48")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", "tensor a: data_offsets", "begin <= end", "16 > 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}""", "tensor a", "12 bytes for F32 [3]", "16")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,16]}}""", "tensor a", "8 bytes for BF16 [4]", "16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "tensor a", "one entry", "two")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "tensor a: dtype", "one entry", "two")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}""", "tensor a: shape", "whole numbers", "-4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4.5],"data_offsets":[0,16]}}""", "tensor a: shape", "whole numbers", "4.5")]
    [InlineData("""{"a":{"dtype":"F32","shape":["4"],"data_offsets":[0,16]}}""", "tensor a: shape", "whole numbers", "4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}}""", "tensor a: shape", "whole numbers", "99999999999999999999")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296],"data_offsets":[0,16]}}""", "tensor a: shape", "up to 2147483647", "[4294967296]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,16]}}""", "tensor a: shape", "2^63", "2147483647")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,16]}}""", "tensor a: shape", "at most 8", "9")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0]}}""", "tensor a: data_offsets", "two", "1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4]}}""", "tensor a: data_offsets", "two", "nothing")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,16]}}""", "tensor a: shape", "an array", "nothing")]
    [InlineData("""{"a":{"shape":[4],"data_offsets":[0,16]}}""", "tensor a: dtype", "a string", "nothing")]
    [InlineData("""{"a":{"dtype":5,"shape":[4],"data_offsets":[0,16]}}""", "tensor a: dtype", "a string", "Number")]
    [InlineData("""{"a":4}""", "a", "an object", "Number")]
    [InlineData("[]", "header", "an object", "StartArray")]
    [InlineData("""{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,16]}}""", "header: a.shape", "valid JSON", "'N'")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "header", "valid JSON", "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}} x""", "header", "valid JSON", "'x'")]
    [InlineData("{", "header", "valid JSON", "")]
    [InlineData("", "header", "valid JSON", "")]
    [InlineData("{}", "data", "0 bytes", "16")]
    public void Open_WrongHeader_NamesFileTensorExpectedAndFound(string header, string subject, string expected, string found)
    {
        SafetensorsWriter.WriteRaw(File, Encoding.UTF8.GetBytes(header), dataBytes: 16);

        CheckpointAssert.Throws(() => SafetensorsFile.Open(File), File, subject, expected, found);
    }

    [Fact]
    public void Open_LineBreakInName_StaysOneLine()
    {
        SafetensorsWriter.WriteRaw(File, """{"a\nb":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}"""u8, dataBytes: 16);

        CheckpointAssert.Throws(() => SafetensorsFile.Open(File), "tensor a?b");
    }

    [Fact]
    public void Open_NotUtf8_IsRefused()
    {
        SafetensorsWriter.WriteRaw(File, [(byte)'{', (byte)'"', 0xc3, (byte)'"', (byte)'}'], dataBytes: 0);

        CheckpointAssert.Throws(() => SafetensorsFile.Open(File), File, "header", "UTF-8");
    }

    [Theory, InlineData(3UL), InlineData(ulong.MaxValue), InlineData(1UL << 63), InlineData(100_000_001UL)]
    public void Open_HeaderLengthBeyondTheFile_IsRefused(ulong length)
    {
        SafetensorsWriter.WriteRaw(File, "{}"u8, dataBytes: 0, length);

        CheckpointAssert.Throws(() => SafetensorsFile.Open(File), File, "header length", "at most 2", length.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Open_EmptyShortOrMissingFile_NamesIt()
    {
        System.IO.File.WriteAllBytes(File, []);
        CheckpointAssert.Throws(() => SafetensorsFile.Open(File), File, "empty");
        System.IO.File.WriteAllBytes(File, [1, 2, 3]);
        CheckpointAssert.Throws(() => SafetensorsFile.Open(File), File, "header length", "8 bytes", "3");
        CheckpointAssert.Throws(() => SafetensorsFile.Open(_folder.At("none")), "none", "a file");
        CheckpointAssert.Throws(() => SafetensorsFile.Open(_folder.Path), _folder.Path);
    }

    [Fact]
    public void Open_TruncatedFile_SaysCutOff()
    {
        SafetensorsWriter.Write(File, [RawTensor.FromValues("a", new Shape(4), DType.F32, [1, 2, 3, 4])]);
        using (var stream = System.IO.File.OpenWrite(File)) stream.SetLength(stream.Length - 1);

        CheckpointAssert.Throws(() => SafetensorsFile.Open(File), File, "tensor a", "cut off", "16");
    }

    [Fact]
    public void Parse_MutatedHeader_ThrowsNothingElse()
    {
        byte[] header = Encoding.UTF8.GetBytes(
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[8,16]}}""");
        int refused = 0;
        foreach (byte[] mutant in Mutations.Of(header, count: 2000, seed: 2))
        {
            try
            {
                SafetensorsHeader.Parse("x", mutant, dataLength: 16);
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 2000);
    }

    [Fact]
    public void Open_MutatedFile_ThrowsNothingElse()
    {
        SafetensorsWriter.Write(File, [RawTensor.FromValues("a", new Shape(4), DType.F32, [1, 2, 3, 4])]);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        foreach (byte[] mutant in Mutations.Of(whole, count: 200, seed: 3))
        {
            System.IO.File.WriteAllBytes(File, mutant);
            try
            {
                using var file = SafetensorsFile.Open(File);
                foreach (var tensor in file.Tensors.Values) file.Read(tensor);
            }
            catch (CheckpointException)
            {
            }
        }
    }
}

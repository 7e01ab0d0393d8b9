using System.Buffers.Binary;
using AsrService.TestKit;

namespace AsrService.Audio.Tests;

public sealed class WavHeaderTests
{
    private const int Tag = 20, Channels = 22, Rate = 24, BlockAlign = 32, Bits = 34; // offsets in a plain file

    private static readonly byte[] Good = WavWriter.Write(new float[100], 16000);

    [Theory, Trait("Category", "Unit")]
    [InlineData(Channels, 0, "channels is 0; expected 1 to 8")]
    [InlineData(Channels, 9, "channels is 9; expected 1 to 8")]
    [InlineData(BlockAlign, 0, "block align is 0; expected 2 for 1 channels of 16 bits")]
    [InlineData(BlockAlign, 3, "block align is 3; expected 2 for 1 channels of 16 bits")]
    [InlineData(Bits, 0, "bits per sample is 0; expected 8, 16, 24 or 32 for PCM")]
    [InlineData(Bits, 12, "bits per sample is 12; expected 8, 16, 24 or 32 for PCM")]
    [InlineData(Tag, 3, "bits per sample is 16; expected 32 or 64 for IEEE float")]
    [InlineData(Tag, 7, "bits per sample is 16; expected 8 for A-law and µ-law")]
    [InlineData(Tag, 0x11, "format tag is 0x0011; expected 1 (PCM)")]
    [InlineData(Tag, 0xFFFE, "length of the extensible fmt chunk is 16; expected at least 40 bytes")]
    [InlineData(Rate, 999, "sample rate is 999 Hz; expected 1000 to 768000 Hz")]
    [InlineData(Rate, 0, "sample rate is 0 Hz; expected 1000 to 768000 Hz")]
    public void Parse_ImpossibleField_IsNamed(int offset, int value, string expected)
    {
        var bytes = (byte[])Good.Clone();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), (ushort)value);

        Assert.StartsWith("test.wav: " + expected, Readers.Refusal(() => Readers.Wav(bytes)), StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Unit")]
    public void Parse_HugeRate_IsNamed()
    {
        var bytes = (byte[])Good.Clone();
        bytes.AsSpan(Rate, 4).Fill(0xFF);

        string message = Readers.Refusal(() => Readers.Wav(bytes));

        Assert.Contains("sample rate is 4294967295 Hz", message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Unit")]
    public void Parse_UnknownSubformat_IsNamed()
    {
        var bytes = WavWriter.Write(new float[10], 16000, shape: new WavShape { IsExtensible = true });
        bytes[50] = 0x77;

        Assert.Contains("subformat is 00000001-", Readers.Refusal(() => Readers.Wav(bytes)), StringComparison.Ordinal);
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData("", "not a WAV file: it is empty.")]
    [InlineData("hello, I am a text file", "not a WAV file: it starts with \"hello, I am \".")]
    [InlineData("RIFF\u0001\u0002\u0003\u0004AVI LIST", "not a WAV file: it starts with bytes 52494646010203044156")]
    [InlineData("RIFF1234WAVE", "the data chunk is missing.")]
    [InlineData("RIFF1234WAVEdata\u0000\u0000\u0000\u0000", "the fmt chunk is missing before the data chunk.")]
    [InlineData("RIFF1234WAVEfmt \u0008\u0000\u0000\u0000", "length of the fmt chunk is 8; expected at least 16")]
    [InlineData("RIFF1234WAVEfmt \u0010\u0000\u0000\u0000\u0001", "ends within the fmt chunk.")]
    [InlineData("RF641234WAVEds64\u0008\u0000\u0000\u0000", "length of the ds64 chunk is 8; expected at least 24")]
    public void Parse_NotAWholeHeader_SaysWhatIsThere(string content, string expected) =>
        Assert.StartsWith(
            "test.wav: " + expected, Readers.Refusal(() => Readers.Wav([.. content.Select(c => (byte)c)])),
            StringComparison.Ordinal);

    [Fact, Trait("Category", "Unit")]
    public void Parse_NoDataChunk_IsNamed() =>
        Assert.Equal("test.wav: the data chunk is missing.", Readers.Refusal(() => Readers.Wav(Good[..36])));

    [Fact, Trait("Category", "Unit")]
    public void Parse_ChunksWithoutEnd_GivesUp()
    {
        var bytes = new byte[1 << 20];
        Good.AsSpan(0, 36).CopyTo(bytes);

        Assert.Equal("test.wav: the data chunk is missing.", Readers.Refusal(() => Readers.Wav(bytes)));
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_RandomMutations_FailOnlyAsFormatErrors()
    {
        var random = new Random(20);
        var list = WavWriter.Chunk("LIST", new byte[20]);
        int refused = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 2000; round++)
        {
            var shape = new WavShape { IsExtensible = round % 2 == 0, IsRf64 = round % 3 == 0, Before = list };
            var encoding = (SampleEncoding)(round % 8);
            var bytes = WavWriter.Write(new float[64], 16000, 2, encoding, shape);
            for (int changes = random.Next(1, 5); changes > 0; changes--)
                bytes[random.Next(Math.Min(bytes.Length, 130))] = (byte)(random.Next(3) == 0 ? 0xFF : random.Next(256));
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];

            try
            {
                Stream stream = random.Next(2) == 0 ? new MemoryStream(bytes) : new PipeLikeStream(bytes);
                using var reader = new WavReader(stream, "test.wav");
                Assert.InRange(reader.ReadAll().Length, 0, bytes.Length);
            }
            catch (AudioFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 500, 1900);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L << 20);
    }
}

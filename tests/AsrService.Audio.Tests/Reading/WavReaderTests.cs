using AsrService.TestKit;

namespace AsrService.Audio.Tests;

public sealed class WavReaderTests
{
    private static readonly float[] Ramp = [.. Enumerable.Range(0, 240).Select(i => (i - 120) / 121f)];

    [Theory, Trait("Category", "Unit"), CombinatorialEncodings]
    public void Read_EveryEncoding_GivesTheSamplesBack(
        SampleEncoding encoding, int channels, bool isExtensible, bool isPipe)
    {
        var bytes = WavWriter.Write(Ramp, 22050, channels, encoding, new WavShape { IsExtensible = isExtensible });
        using var reader = new WavReader(isPipe ? new PipeLikeStream(bytes) : new MemoryStream(bytes), "test.wav");

        var samples = reader.ReadAll();

        Assert.Equal((22050, channels), (reader.SampleRate, reader.Channels));
        Assert.Equal(Ramp.Length / channels, reader.FrameCount);
        Assert.Equal(!isPipe, reader.CanRewind);
        Assert.Equal(encoding is SampleEncoding.F32 or SampleEncoding.F64, !reader.IsWithinUnitRange);
        Assert.Equal(Ramp.Length, samples.Length);
        for (int i = 0; i < Ramp.Length; i++) Assert.Equal(Ramp[i], samples[i], StepOf(encoding, Ramp[i]));
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData(SampleEncoding.U8, "00 80 FF", -1f, 0f, 127 / 128f)]
    [InlineData(SampleEncoding.S16, "0080 0100 FF7F", -1f, 1 / 32768f, 32767 / 32768f)]
    [InlineData(SampleEncoding.S24, "000080 FFFFFF FFFF7F", -1f, -1 / 8388608f, 8388607 / 8388608f)]
    [InlineData(SampleEncoding.S32, "00000080 00000040 FFFFFF7F", -1f, 0.5f, 1f)]
    [InlineData(SampleEncoding.MuLaw, "00 FF 80", -32124 / 32768f, 0f, 32124 / 32768f)]
    [InlineData(SampleEncoding.ALaw, "2A D5 AA", -32256 / 32768f, 8 / 32768f, 32256 / 32768f)]
    public void Decode_KnownBytes_GivesKnownValues(SampleEncoding encoding, string hex, params float[] expected)
    {
        var samples = new float[3];

        PcmDecoder.Decode(encoding, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), samples);

        Assert.Equal(expected, samples);
    }

    [Theory, Trait("Category", "Unit"), InlineData(false), InlineData(true)]
    public void Read_ChunksAroundTheData_AreSkipped(bool isPipe)
    {
        var bytes = WavWriter.Write(Ramp.AsSpan(0, 25), 16000, 1, SampleEncoding.U8, new WavShape
        {
            Before = [.. WavWriter.Chunk("LIST", new byte[701]), .. WavWriter.Chunk("fact", new byte[4])],
            After = WavWriter.Chunk("LIST", new byte[90]),
        });

        using var reader = new WavReader(isPipe ? new PipeLikeStream(bytes) : new MemoryStream(bytes), "test.wav");

        Assert.Equal(25, reader.ReadAll().Length);
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData(0u, 0u), InlineData(36u, 0u), InlineData(uint.MaxValue, uint.MaxValue), InlineData(null, 1_000_000u)]
    [InlineData(uint.MaxValue, 0xFFFFFFDBu), InlineData(0x7FFFF024u, 0x7FFFF000u), InlineData(null, uint.MaxValue)]
    [InlineData(null, 0u)] // some writers fill in the file's length and not that of the data
    public void Read_LengthNeverFilledIn_GoesToTheEnd(uint? riffLength, uint dataLength)
    {
        var shape = new WavShape { RiffLength = riffLength, DataLength = dataLength };
        var bytes = WavWriter.Write(Ramp, 16000, shape: shape);

        using var file = new WavReader(new MemoryStream(bytes), "test.wav");
        using var pipe = new WavReader(new PipeLikeStream(bytes), "test.wav");

        Assert.Equal(Ramp.Length, file.FrameCount);
        Assert.Equal(Ramp.Length, file.ReadAll().Length);
        Assert.Equal(dataLength == 1_000_000 ? 500_000 : null, pipe.FrameCount);
        Assert.Equal(Ramp.Length, pipe.ReadAll().Length);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_LengthShorterThanTheFile_StopsThere()
    {
        using var reader = Readers.Wav(WavWriter.Write(Ramp, 16000, shape: new WavShape { DataLength = 100 }));

        Assert.Equal(50, reader.FrameCount);
        Assert.Equal(50, reader.ReadAll().Length);
    }

    [Theory, Trait("Category", "Unit"), InlineData(false), InlineData(true)]
    public void Read_NoSamples_IsAnEmptyRecording(bool hasMore)
    {
        byte[] more = hasMore ? WavWriter.Chunk("LIST", new byte[50]) : [];
        var bytes = WavWriter.Write([], 16000, shape: new WavShape { After = more });

        using var reader = Readers.Wav(bytes);

        Assert.Equal(0, reader.FrameCount);
        Assert.Empty(reader.ReadAll());
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_TornLastFrame_IsDropped()
    {
        var bytes = WavWriter.Write(Ramp, 16000, channels: 2);

        using var reader = Readers.Wav(bytes[..^3]);

        Assert.Equal(Ramp.Length - 2, reader.ReadAll().Length);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_Rf64_TakesItsLengthFromTheDs64Chunk()
    {
        var shape = new WavShape { IsRf64 = true, After = WavWriter.Chunk("LIST", new byte[40]) };
        var bytes = WavWriter.Write(Ramp, 48000, 2, SampleEncoding.S24, shape);

        using var reader = Readers.Wav(bytes);

        Assert.Equal(Ramp.Length / 2, reader.FrameCount);
        Assert.Equal(Ramp.Length, reader.ReadAll().Length);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_AnyRoom_SameSamples()
    {
        var bytes = WavWriter.Write(Signals.Noise(60_000, seed: 1), 16000, channels: 3);
        using var reader = Readers.Wav(bytes);
        var expected = reader.ReadAll(100_000);

        foreach (int room in new[] { 3, 5, 1000 })
        {
            reader.Rewind();
            Assert.Equal(expected, reader.ReadAll(room));
        }

        Assert.Throws<ArgumentException>(() => reader.Read(new float[2]));
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData(SampleEncoding.F32, float.NaN, "NaN")]
    [InlineData(SampleEncoding.F64, float.NegativeInfinity, "-Infinity")]
    public void Read_NotANumber_NamesTheFirst(SampleEncoding encoding, float value, string shown)
    {
        var samples = new float[40_000];
        samples[33_333] = samples[35_000] = value;
        using var reader = Readers.Wav(WavWriter.Write(samples, 16000, 2, encoding));

        string message = Readers.Refusal(() => reader.ReadAll());

        Assert.Equal($"test.wav: sample 16666 of channel 1 (1.042 s) is {shown}; expected a finite number.", message);
    }

    [Fact, Trait("Category", "Unit")]
    public void Rewind_ThroughAPipe_IsRefused()
    {
        using var reader = new WavReader(new PipeLikeStream(WavWriter.Write(Ramp, 16000)), "test.wav");

        Assert.Throws<NotSupportedException>(reader.Rewind);
    }

    private static float StepOf(SampleEncoding encoding, float value) => encoding switch
    {
        SampleEncoding.U8 => 1 / 128f,
        SampleEncoding.MuLaw or SampleEncoding.ALaw => 0.001f + (0.04f * MathF.Abs(value)),
        SampleEncoding.S16 => 1 / 65536f,
        _ => 1e-6f,
    };
}

using System.Buffers.Binary;
using System.Text;
using AsrService.Audio;

namespace AsrService.TestKit;

/// <summary>What a test may want different from a plain wave file.</summary>
public sealed record WavShape
{
    /// <summary>A canonical file: RIFF, fmt, data.</summary>
    public static WavShape Plain { get; } = new();

    /// <summary>Writes WAVE_FORMAT_EXTENSIBLE with the encoding as its subformat.</summary>
    public bool IsExtensible { get; init; }

    /// <summary>Writes RF64 with the true lengths in a ds64 chunk.</summary>
    public bool IsRf64 { get; init; }

    /// <summary>Another length for the RIFF header than the true one.</summary>
    public uint? RiffLength { get; init; }

    /// <summary>Another length for the data chunk than the true one.</summary>
    public uint? DataLength { get; init; }

    /// <summary>Whole chunks between fmt and data; see <see cref="WavWriter.Chunk"/>.</summary>
    public byte[] Before { get; init; } = [];

    /// <summary>Whole chunks behind data.</summary>
    public byte[] After { get; init; } = [];
}

/// <summary>Writes wave files for tests.</summary>
public static class WavWriter
{
    /// <summary>A file of interleaved samples; integers are rounded and clipped.</summary>
    public static byte[] Write(
        ReadOnlySpan<float> interleaved, int rate, int channels = 1, SampleEncoding encoding = SampleEncoding.S16,
        WavShape? shape = null)
    {
        shape ??= WavShape.Plain;
        var data = Encode(interleaved, encoding);
        byte[] sizes = [.. U64(0), .. U64((ulong)data.Length), .. U64(0), .. U32(0)];
        byte[] body =
        [
            .. "WAVE"u8, .. shape.IsRf64 ? Chunk("ds64", sizes) : [],
            .. Chunk("fmt ", Format(rate, channels, encoding, shape.IsExtensible)), .. shape.Before,
            .. "data"u8, .. U32(shape.DataLength ?? (shape.IsRf64 ? uint.MaxValue : (uint)data.Length)), .. data,
            .. data.Length % 2 == 1 && shape.After.Length > 0 ? new byte[1] : [], .. shape.After,
        ];
        uint length = shape.RiffLength ?? (shape.IsRf64 ? uint.MaxValue : (uint)body.Length);
        return [.. Encoding.ASCII.GetBytes(shape.IsRf64 ? "RF64" : "RIFF"), .. U32(length), .. body];
    }

    /// <summary>Writes a file of 16-bit samples.</summary>
    public static void WriteFile(string path, ReadOnlySpan<float> interleaved, int rate, int channels = 1) =>
        File.WriteAllBytes(path, Write(interleaved, rate, channels));

    /// <summary>A chunk with its length, padded to an even one.</summary>
    public static byte[] Chunk(string id, ReadOnlySpan<byte> content) =>
        [.. Encoding.ASCII.GetBytes(id), .. U32((uint)content.Length), .. content, .. new byte[content.Length % 2]];

    /// <summary>The bytes of samples alone.</summary>
    public static byte[] Encode(ReadOnlySpan<float> samples, SampleEncoding encoding)
    {
        int size = PcmDecoder.BytesPerSample(encoding);
        var bytes = new byte[samples.Length * size];
        for (int i = 0; i < samples.Length; i++) EncodeOne(samples[i], encoding, bytes.AsSpan(i * size, size));
        return bytes;
    }

    private static byte[] Format(int rate, int channels, SampleEncoding encoding, bool isExtensible)
    {
        int bytes = PcmDecoder.BytesPerSample(encoding);
        ushort tag = encoding switch
        {
            SampleEncoding.F32 or SampleEncoding.F64 => 3,
            SampleEncoding.ALaw => 6,
            SampleEncoding.MuLaw => 7,
            _ => 1,
        };
        byte[] plain =
        [
            .. U16(isExtensible ? (ushort)0xFFFE : tag), .. U16((ushort)channels), .. U32((uint)rate),
            .. U32((uint)(rate * channels * bytes)), .. U16((ushort)(channels * bytes)), .. U16((ushort)(8 * bytes)),
        ];
        if (!isExtensible) return plain;
        byte[] subformatTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
        return [.. plain, .. U16(22), .. U16((ushort)(8 * bytes)), .. U32(0), .. U16(tag), .. subformatTail];
    }

    private static void EncodeOne(float sample, SampleEncoding encoding, Span<byte> to)
    {
        switch (encoding)
        {
            case SampleEncoding.F32:
                BinaryPrimitives.WriteSingleLittleEndian(to, sample);
                break;
            case SampleEncoding.F64:
                BinaryPrimitives.WriteDoubleLittleEndian(to, sample);
                break;
            case SampleEncoding.MuLaw or SampleEncoding.ALaw:
                to[0] = NearestCode(sample, encoding);
                break;
            case SampleEncoding.U8:
                to[0] = (byte)(Scaled(sample, 8) + 128);
                break;
            default:
                for (int i = 0; i < to.Length; i++) to[i] = (byte)(Scaled(sample, 8 * to.Length) >> (8 * i));
                break;
        }
    }

    private static long Scaled(float sample, int bits)
    {
        double scale = 1L << (bits - 1);
        return (long)Math.Clamp(Math.Round(sample * scale), -scale, scale - 1);
    }

    private static byte NearestCode(float sample, SampleEncoding encoding)
    {
        Span<float> value = stackalloc float[1];
        (byte Code, float Distance) nearest = (0, float.PositiveInfinity);
        for (int code = 0; code < 256; code++)
        {
            PcmDecoder.Decode(encoding, [(byte)code], value);
            float distance = MathF.Abs(value[0] - sample);
            if (distance < nearest.Distance) nearest = ((byte)code, distance);
        }

        return nearest.Code;
    }

    private static byte[] U16(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] U32(uint value) => [.. U16((ushort)value), .. U16((ushort)(value >> 16))];

    private static byte[] U64(ulong value) => [.. U32((uint)value), .. U32((uint)(value >> 32))];
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AsrService.Audio;

/// <summary>Turns stored samples into floats; integers land in [-1, 1]. Stateless; allocates nothing.</summary>
public static class PcmDecoder
{
    private static readonly float[] MuLawTable = Table(MuLawValue);
    private static readonly float[] ALawTable = Table(ALawValue);

    /// <summary>Bytes a sample takes.</summary>
    public static int BytesPerSample(SampleEncoding encoding) => encoding switch
    {
        SampleEncoding.U8 or SampleEncoding.MuLaw or SampleEncoding.ALaw => 1,
        SampleEncoding.S16 => 2,
        SampleEncoding.S24 => 3,
        SampleEncoding.S32 or SampleEncoding.F32 => 4,
        SampleEncoding.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "Not a sample encoding."),
    };

    /// <summary>Whether the encoding can hold values beyond [-1, 1], infinities and NaN.</summary>
    public static bool IsFloat(SampleEncoding encoding) => encoding is SampleEncoding.F32 or SampleEncoding.F64;

    /// <summary>Decodes whole samples. Floats are not checked: they may be infinite, NaN or beyond [-1, 1].</summary>
    /// <param name="encoding">How the samples are stored.</param>
    /// <param name="bytes">A multiple of <see cref="BytesPerSample"/>.</param>
    /// <param name="samples">At least as many floats as <paramref name="bytes"/> holds samples.</param>
    /// <returns>Samples written.</returns>
    /// <exception cref="ArgumentException">The bytes are not whole samples, or do not fit.</exception>
    public static int Decode(SampleEncoding encoding, ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        int size = BytesPerSample(encoding);
        int count = bytes.Length / size;
        if (count * size != bytes.Length || samples.Length < count)
            throw new ArgumentException($"{bytes.Length} bytes of {encoding} do not fill {samples.Length} samples.");

        samples = samples[..count];
        switch (encoding)
        {
            case SampleEncoding.U8:
                for (int i = 0; i < samples.Length; i++) samples[i] = (bytes[i] - 128) * (1f / 128);
                break;
            case SampleEncoding.MuLaw:
                for (int i = 0; i < samples.Length; i++) samples[i] = MuLawTable[bytes[i]];
                break;
            case SampleEncoding.ALaw:
                for (int i = 0; i < samples.Length; i++) samples[i] = ALawTable[bytes[i]];
                break;
            case SampleEncoding.S16:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) * (1f / 32768);
                break;
            case SampleEncoding.S24:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = ReadInt24(bytes[(3 * i)..]) * (1f / 8388608);
                break;
            case SampleEncoding.S32:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]) * (1f / 2147483648);
                break;
            case SampleEncoding.F32 when BitConverter.IsLittleEndian:
                bytes.CopyTo(MemoryMarshal.AsBytes(samples));
                break;
            case SampleEncoding.F32:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
            default:
                for (int i = 0; i < samples.Length; i++)
                    samples[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
        }

        return count;
    }

    private static int ReadInt24(ReadOnlySpan<byte> bytes) =>
        (bytes[0] << 8 | bytes[1] << 16 | bytes[2] << 24) >> 8; // the last shift extends the sign

    private static float[] Table(Func<int, int> value) =>
        [.. Enumerable.Range(0, 256).Select(code => value(code) * (1f / 32768))];

    /// <summary>
    /// ITU-T G.711, table 2, scaled to 16 bits: sign, 3 bits of exponent, 4 of mantissa, all inverted.
    /// </summary>
    private static int MuLawValue(int code)
    {
        code = ~code & 0xFF;
        int magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }

    /// <summary>ITU-T G.711, table 1, scaled to 16 bits: even bits inverted, a set sign bit is positive.</summary>
    private static int ALawValue(int code)
    {
        code ^= 0x55;
        int exponent = (code & 0x70) >> 4;
        int magnitude = ((code & 0x0F) << 4) + 8;
        if (exponent > 0) magnitude = (magnitude + 0x100) << (exponent - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }
}

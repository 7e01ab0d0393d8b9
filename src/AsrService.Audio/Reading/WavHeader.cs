using System.Buffers.Binary;

namespace AsrService.Audio;

/// <summary>
/// Walks a wave file's chunks up to its samples (RIFF: Microsoft and IBM, Multimedia Programming Interface 1.0; RF64
/// and ds64: EBU Tech 3306). Chunks it does not know are skipped; nothing is believed that the file cannot hold.
/// </summary>
internal static class WavHeader
{
    private const int MaxChunks = 1024; // before the samples; real files have a handful
    private const uint Pcm = 1, IeeeFloat = 3, ALaw = 6, MuLaw = 7, Extensible = 0xFFFE;
    private const uint SoxPlaceholder = 0x7FFF_F000;

    // After the two bytes of the format tag: the rest of every KSDATAFORMAT_SUBTYPE that stands for a tag.
    private static ReadOnlySpan<byte> SubformatTail => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Reads to the first sample.</summary>
    public static PcmLayout Parse(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return ParseChunks(stream, name);
        }
        catch (IOException fault)
        {
            throw new AudioFormatException($"{name}: its header cannot be read: {fault.Message}", fault);
        }
    }

    private static PcmLayout ParseChunks(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!FileSignature.IsWave(start[..length]))
            throw new AudioFormatException($"{name}: not a WAV file: {FileSignature.Describe(start[..length])}.");

        long riffLength = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
        long? longDataLength = null;
        PcmLayout? layout = null;
        Span<byte> chunk = stackalloc byte[8];
        for (int chunks = 0; chunks < MaxChunks && TryFill(stream, chunk); chunks++)
        {
            long size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            long taken = 0;
            if (chunk[..4].SequenceEqual("data"u8))
            {
                if (layout is null)
                    throw new AudioFormatException($"{name}: the fmt chunk is missing before the data chunk.");
                bool isEmpty = size == 0 && IsChunksUpTo(riffLength + 8, stream);
                return layout.Value with { DataLength = isEmpty ? 0 : DataLength(size, longDataLength) };
            }

            if (chunk[..4].SequenceEqual("fmt "u8)) layout = ParseFormat(stream, name, size, out taken);
            if (chunk[..4].SequenceEqual("ds64"u8)) longDataLength = ParseLongSizes(stream, name, size, out taken);
            size += size & 1; // chunks are padded to even lengths
            Skip(stream, size - taken);
        }

        throw new AudioFormatException($"{name}: the data chunk is missing.");
    }

    /// <param name="size">As the data chunk says.</param>
    /// <param name="longSize">As the ds64 chunk says.</param>
    private static long? DataLength(long size, long? longSize)
    {
        if (size == uint.MaxValue && longSize is > 0) return longSize;
        return size is 0 or SoxPlaceholder or int.MaxValue or >= 0xFFFF_FF00 ? null : size;
    }

    /// <summary>
    /// Whether nothing but whole chunks lies between here and the end that the file's own length names. Then a data
    /// length of 0 is the truth; samples behind a length that was never filled in do not look like that.
    /// </summary>
    private static bool IsChunksUpTo(long end, Stream stream)
    {
        if (!stream.CanSeek || end > stream.Length || end <= stream.Position) return false;
        long start = stream.Position, at = start;
        Span<byte> chunk = stackalloc byte[8];
        for (int chunks = 0; chunks < MaxChunks && at < end && TryFill(stream, chunk); chunks++)
        {
            if (chunk[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~')) break;
            long size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            at += chunk.Length + size + (size & 1);
            stream.Position = Math.Min(at, end); // some streams refuse to go beyond
        }

        stream.Position = start;
        return at == end;
    }

    private static long? ParseLongSizes(Stream stream, string name, long size, out long taken)
    {
        Span<byte> sizes = stackalloc byte[16];
        taken = sizes.Length;
        if (size < 24) throw AudioFormatException.Field(name, "length of the ds64 chunk", "at least 24 bytes", size);
        if (!TryFill(stream, sizes)) throw new AudioFormatException($"{name}: ends within the ds64 chunk.");
        long length = BinaryPrimitives.ReadInt64LittleEndian(sizes[8..]);
        return length > 0 ? length : null;
    }

    private static PcmLayout ParseFormat(Stream stream, string name, long size, out long taken)
    {
        Span<byte> format = stackalloc byte[40];
        if (size < 16) throw AudioFormatException.Field(name, "length of the fmt chunk", "at least 16 bytes", size);
        format = format[..(int)Math.Min(size, format.Length)];
        taken = format.Length;
        if (!TryFill(stream, format)) throw new AudioFormatException($"{name}: ends within the fmt chunk.");

        uint tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        int blockAlign = BinaryPrimitives.ReadUInt16LittleEndian(format[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (tag == Extensible) tag = ParseSubformat(name, format);

        var layout = new PcmLayout(EncodingOf(name, tag, bits), rate, channels, null).Checked(name);
        if (blockAlign != layout.FrameBytes)
        {
            throw AudioFormatException.Field(
                name, "block align", $"{layout.FrameBytes} for {channels} channels of {bits} bits", blockAlign);
        }

        return layout;
    }

    private static uint ParseSubformat(string name, ReadOnlySpan<byte> format)
    {
        if (format.Length < 40)
        {
            throw AudioFormatException.Field(
                name, "length of the extensible fmt chunk", "at least 40 bytes", format.Length);
        }

        if (!format[26..].SequenceEqual(SubformatTail))
        {
            throw AudioFormatException.Field(
                name, "subformat", "PCM, IEEE float, A-law or µ-law", new Guid(format[24..]));
        }

        return BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
    }

    private static SampleEncoding EncodingOf(string name, uint tag, int bits) => (tag, bits) switch
    {
        (Pcm, 8) => SampleEncoding.U8,
        (Pcm, 16) => SampleEncoding.S16,
        (Pcm, 24) => SampleEncoding.S24,
        (Pcm, 32) => SampleEncoding.S32,
        (IeeeFloat, 32) => SampleEncoding.F32,
        (IeeeFloat, 64) => SampleEncoding.F64,
        (ALaw, 8) => SampleEncoding.ALaw,
        (MuLaw, 8) => SampleEncoding.MuLaw,
        (Pcm, _) => throw AudioFormatException.Field(name, "bits per sample", "8, 16, 24 or 32 for PCM", bits),
        (IeeeFloat, _) => throw AudioFormatException.Field(name, "bits per sample", "32 or 64 for IEEE float", bits),
        (ALaw or MuLaw, _) => throw AudioFormatException.Field(name, "bits per sample", "8 for A-law and µ-law", bits),
        _ => throw AudioFormatException.Field(
            name, "format tag", "1 (PCM), 3 (IEEE float), 6 (A-law), 7 (µ-law) or 0xFFFE (extensible)", $"0x{tag:X4}"),
    };

    private static bool TryFill(Stream stream, Span<byte> bytes) =>
        stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;

    private static void Skip(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Position = Math.Min(stream.Position + count, stream.Length); // some streams refuse to go beyond
            return;
        }

        Span<byte> nowhere = stackalloc byte[512];
        while (count > 0)
        {
            int read = stream.Read(nowhere[..(int)Math.Min(count, nowhere.Length)]);
            if (read == 0) return;
            count -= read;
        }
    }
}

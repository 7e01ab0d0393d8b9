namespace AsrService.Tokenizer;

/// <summary>
/// The printable stand-ins under which vocabulary files write bytes: 33..126, 161..172 and 174..255 are themselves, the
/// other 68 bytes are, in increasing order, U+0100 and up (GPT-2's <c>bytes_to_unicode</c>).
/// </summary>
internal static class ByteMap
{
    private const int MappedEnd = 0x100 + 68;
    private static readonly short[] ToByte = Build();

    /// <summary>
    /// Bytes meant by a mapped string in UTF-8; false when it holds a character outside the map.
    /// <paramref name="bytes"/> is at least as long as <paramref name="mapped"/>.
    /// </summary>
    public static bool TryUnmap(ReadOnlySpan<byte> mapped, Span<byte> bytes, out int count)
    {
        count = 0;
        for (int i = 0; i < mapped.Length;)
        {
            int c = mapped[i++];
            if (c >= 0x80)
            {
                if ((c & 0xE0) != 0xC0 || i == mapped.Length) return false;
                c = ((c & 0x1F) << 6) | (mapped[i++] & 0x3F);
            }

            if (c >= MappedEnd || ToByte[c] < 0) return false;
            bytes[count++] = (byte)ToByte[c];
        }

        return true;
    }

    private static short[] Build()
    {
        var toByte = new short[MappedEnd];
        Array.Fill(toByte, (short)-1);
        int next = 0x100;
        for (short b = 0; b < 256; b++)
        {
            bool isPrintable = b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            toByte[isPrintable ? b : next++] = b;
        }

        return toByte;
    }
}

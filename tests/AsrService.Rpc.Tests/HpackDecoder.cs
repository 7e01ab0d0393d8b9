using System.Text;

namespace AsrService.Rpc.Tests;

/// <summary>Reads header blocks of a server that may use no dynamic table; Kestrel uses no Huffman codes.</summary>
internal sealed class HpackDecoder
{
    // RFC 7541, appendix A, as far as a response needs it: index to name and value.
    private static readonly Dictionary<int, (string Name, string Value)> Static = new()
    {
        [8] = (":status", "200"), [9] = (":status", "204"), [10] = (":status", "206"), [11] = (":status", "304"),
        [12] = (":status", "400"), [13] = (":status", "404"), [14] = (":status", "500"),
        [22] = ("allow", ""), [24] = ("cache-control", ""), [28] = ("content-length", ""), [31] = ("content-type", ""), [33] = ("date", ""),
        [54] = ("server", ""), [61] = ("www-authenticate", ""),
    };

    public List<(string Name, string Value)> Decode(ReadOnlySpan<byte> block)
    {
        var headers = new List<(string, string)>();
        int at = 0;
        while (at < block.Length)
        {
            byte first = block[at];
            if ((first & 0x80) != 0)
            {
                headers.Add(Static[ReadNumber(block, ref at, 7)]);
                continue;
            }

            if ((first & 0xE0) == 0x20)
            {
                ReadNumber(block, ref at, 5); // table size
                continue;
            }

            int name = ReadNumber(block, ref at, (first & 0x40) != 0 ? 6 : 4);
            headers.Add((name == 0 ? ReadText(block, ref at) : Static[name].Name, ReadText(block, ref at)));
        }

        return headers;
    }

    private static int ReadNumber(ReadOnlySpan<byte> block, ref int at, int bits)
    {
        int mask = (1 << bits) - 1;
        int number = block[at++] & mask;
        if (number < mask) return number;
        for (int shift = 0; ; shift += 7)
        {
            byte next = block[at++];
            number += (next & 127) << shift;
            if (next < 128) return number;
        }
    }

    private static string ReadText(ReadOnlySpan<byte> block, ref int at)
    {
        Assert.Equal(0, block[at] & 0x80);
        int length = ReadNumber(block, ref at, 7);
        string text = Encoding.Latin1.GetString(block.Slice(at, length));
        at += length;
        return text;
    }
}

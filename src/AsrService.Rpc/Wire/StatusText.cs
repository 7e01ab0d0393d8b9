using System.Buffers;
using System.Text;

namespace AsrService.Rpc.Wire;

/// <summary>The value of <c>grpc-message</c>: UTF-8, percent-encoded outside printable ASCII.</summary>
internal static class StatusText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(character => character != '%')]);

    /// <summary>What the other side sent, in part where it is long: texts about it must not grow with it.</summary>
    public static string Quote(string? text) => Shorten(text ?? "", longest: 100);

    /// <summary>The text, or its beginning where it is longer than so many characters.</summary>
    public static string Shorten(string text, int longest)
    {
        if (text.Length <= longest) return text;
        int kept = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return $"{text.AsSpan(0, kept)}…";
    }

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain)) return text;

        var encoded = new StringBuilder(text.Length * 2);
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
        {
            if (unit is >= 0x20 and <= 0x7E and not (byte)'%') encoded.Append((char)unit);
            else encoded.Append('%').Append(unit.ToString("X2", null));
        }

        return encoded.ToString();
    }

    /// <summary>Decodes a value; what is not a percent sign and two hexadecimal digits stays as it is.</summary>
    public static string Decode(string value)
    {
        if (!value.Contains('%', StringComparison.Ordinal)) return value;

        byte[] source = Encoding.UTF8.GetBytes(value);
        int length = 0;
        for (int at = 0; at < source.Length; at++)
        {
            bool escaped = source[at] == '%' && at + 2 < source.Length
                && char.IsAsciiHexDigit((char)source[at + 1]) && char.IsAsciiHexDigit((char)source[at + 2]);
            if (escaped)
            {
                source[length++] = Convert.ToByte(Encoding.ASCII.GetString(source, at + 1, 2), 16);
                at += 2;
            }
            else
            {
                source[length++] = source[at];
            }
        }

        return Encoding.UTF8.GetString(source, 0, length);
    }
}

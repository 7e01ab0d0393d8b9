using System.Globalization;
using System.Text;

namespace AsrService.Tokenizer;

/// <summary>Walks UTF-16 by code points, passing surrogates without a partner through as themselves.</summary>
internal static class CodePoints
{
    /// <summary>The code point at <paramref name="index"/>, which moves behind it.</summary>
    public static int Read(ReadOnlySpan<char> text, ref int index)
    {
        char first = text[index++];
        if (!char.IsHighSurrogate(first) || index >= text.Length || !char.IsLowSurrogate(text[index])) return first;
        return char.ConvertToUtf32(first, text[index++]);
    }

    public static void Append(StringBuilder text, int codePoint)
    {
        if (codePoint < 0x10000)
        {
            text.Append((char)codePoint);
            return;
        }

        var rune = new Rune(codePoint);
        Span<char> pair = stackalloc char[2];
        text.Append(pair[..rune.EncodeToUtf16(pair)]);
    }

    /// <summary>What the pre-tokenizer's pattern tells apart.</summary>
    public static CodePointClass Classify(int codePoint) => codePoint switch
    {
        '\r' or '\n' => CodePointClass.LineBreak,
        < 0x10000 when char.IsWhiteSpace((char)codePoint) => CodePointClass.Space, // White_Space has nothing above
        _ => CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            <= UnicodeCategory.OtherLetter => CodePointClass.Letter, // Lu, Ll, Lt, Lm, Lo come first
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                CodePointClass.Number,
            _ => CodePointClass.Other,
        },
    };
}

/// <summary>Classes of the pre-tokenizer's pattern: \p{L}, \p{N}, [\r\n], the rest of \s, everything else.</summary>
internal enum CodePointClass
{
    Other,
    Letter,
    Number,
    Space,
    LineBreak,
}

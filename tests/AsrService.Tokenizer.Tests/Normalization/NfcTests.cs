using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace AsrService.Tokenizer.Tests;

[Trait("Category", "Conformance")]
public sealed class NfcTests
{
    private const int BlockSize = 4096;
    private const int BlockCount = 0x110000 / BlockSize;
    private static readonly string[] Expectations = ReadExpectations(); // see generate_expectations.py

    [Fact]
    public void Normalize_EveryCodePoint_IsAsExpected()
    {
        for (int block = 0; block < BlockCount; block++)
        {
            var forms = new StringBuilder();
            for (int c = block * BlockSize; c < (block + 1) * BlockSize; c++)
            {
                if (Rune.IsValid(c)) forms.Append(Nfc.Normalize(char.ConvertFromUtf32(c))).Append('\n');
            }

            string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(forms.ToString())));

            Assert.True(Expectations[1 + block] == digest[..16], $"Block U+{block * BlockSize:X4} differs.");
        }
    }

    [Fact]
    public void Normalize_RandomSequences_AreAsExpected()
    {
        foreach (string line in Expectations.Skip(1 + BlockCount))
        {
            string[] sides = line.Split('=');

            string composed = Nfc.Normalize(FromHex(sides[0]));

            Assert.Equal(sides[1], ToHex(composed));
            Assert.Equal(composed, Nfc.Normalize(composed));
        }
    }

    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1E69 s\u0323\u0307", "\u1E69 \u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")] // marks out of order
    [InlineData("\u212B\u2126", "\u00C5\u03A9")] // singletons
    [InlineData("\u0958", "\u0915\u093C")] // composition exclusion
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uFB01\u00BD\uFF21", "\uFB01\u00BD\uFF21")] // compatibility characters stay
    [InlineData("", "")]
    public void Normalize_KnownText_IsComposed(string text, string expected) =>
        Assert.Equal(ToHex(expected), ToHex(Nfc.Normalize(text)));

    [Fact]
    public void Normalize_LoneSurrogates_Stay() => // in code: attributes cannot hold one
        Assert.Equal("\uD800\u00E1\uDC00", Nfc.Normalize("\uD800a\u0301\uDC00"));

    [Theory]
    [InlineData("plain ASCII")]
    [InlineData("d\u00E9j\u00E0 vu, \u4F60\u597D, \uAC00\uB098\uB2E4, \u0E2A\u0E27\u0E31")]
    public void Normalize_ComposedText_IsReturnedItself(string text) => Assert.Same(text, Nfc.Normalize(text));

    [Fact, Trait("Category", "Unit")]
    public void Normalize_LongRunOfMarks_IsSortedInReasonableTime()
    {
        var text = new StringBuilder("x");
        for (int i = 0; i < 200_000; i++) text.Append(i % 2 == 0 ? '\u0321' : '\u0316'); // classes 202 and 220
        text.Append('\u0316', 1);

        string composed = Nfc.Normalize(text.ToString());

        Assert.Equal(new string('\u0321', 100_000) + new string('\u0316', 100_001), composed[1..]);
    }

    private static string[] ReadExpectations()
    {
        using var stream = typeof(NfcTests).Assembly.GetManifestResourceStream("nfc-expectations.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string FromHex(string codePoints) => string.Concat(codePoints.Split(' ')
        .Select(c => char.ConvertFromUtf32(int.Parse(c, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));

    private static string ToHex(string text)
    {
        var codes = new List<string>();
        for (int i = 0; i < text.Length;) codes.Add($"{CodePoints.Read(text, ref i):X}");
        return string.Join(' ', codes);
    }
}

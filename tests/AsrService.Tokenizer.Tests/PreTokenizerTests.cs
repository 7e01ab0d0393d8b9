using Xunit;

namespace AsrService.Tokenizer.Tests;

[Trait("Category", "Conformance")]
public sealed class PreTokenizerTests
{
    [Theory]
    [InlineData("Hello, world! It's 3.14 o'clock.", "Hello|,| world|!| It|'s| |3|.|1|4| o|'clock|.")]
    [InlineData("你好，世界。", "你好|，世界|。")]
    [InlineData("  leading", " | leading")]
    [InlineData("  two  spaces  ", " | two| | spaces|  ")]
    [InlineData("tab\tx", "tab|\tx")]
    [InlineData("don't DON'T", "don|'t| DON|'T")]
    [InlineData("It's IT'S it\u2019s", "It|'s| IT|'S| it|\u2019s")]
    [InlineData("12345", "1|2|3|4|5")]
    [InlineData("中文 English混合123", "中文| English混合|1|2|3")]
    [InlineData("가나다 라마", "가나다| 라마")]
    [InlineData("ส\u0E27\u0E31ส\u0E14\u0E35", "ส\u0E27|\u0E31ส\u0E14|\u0E35")]
    [InlineData("хорошо", "хорошо")]
    [InlineData("مرحبا بالعالم", "مرحبا| بالعالم")]
    [InlineData("a\r\n\r\nb", "a|\r\n\r\n|b")]
    [InlineData("\n\n ", "\n\n| ")]
    [InlineData("\uFB01 \u00BD", "\uFB01| |\u00BD")]
    [InlineData("\U00020000\U00020001abc", "\U00020000\U00020001abc")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1E69 s\u0323\u0307", "\u1E69| \u1E69")]
    [InlineData("\u0939\u093F\u0928\u094D\u0926\u0940 \u092D\u093E\u0937\u093E",
        "\u0939|\u093F\u0928|\u094D\u0926|\u0940| \u092D|\u093E\u0937|\u093E")]
    [InlineData("we're, you'LL 'd", "we|'re|,| you|'LL| '|d")]
    [InlineData("a  \n b", "a|  \n| b")]
    [InlineData("(x) [y]\n\nz", "(x|)| [|y|]\n\n|z")]
    public void Split_Vector_GivesItsUnits(string text, string units) => // testvectors.md, section 10
        Assert.Equal(units.Split('|'), PreTokenizer.Split(Nfc.Normalize(text)));

    [Theory]
    [InlineData("'\u017Fx", "'\u017F|x")] // the long s folds to s
    [InlineData("'\u0153", "'\u0153")] // not an ASCII letter, whatever its low bits
    [InlineData("a \u3000\u0085b", "a| \u3000|\u0085b")]
    [InlineData("!!!\r\n x", "!!!\r\n| x")]
    [InlineData(" !", " !")]
    [InlineData("\u200B\u180E", "\u200B\u180E")] // format characters are no white space
    [InlineData("\t", "\t")]
    [InlineData("x \t", "x| \t")]
    [InlineData("\u2160\u00B2\u0663", "\u2160|\u00B2|\u0663")] // Nl, No, Nd
    public void Split_Corner_FollowsThePattern(string text, string units) =>
        Assert.Equal(units.Split('|'), PreTokenizer.Split(text));

    [Fact]
    public void Split_LoneSurrogate_IsNoLetter() => // in code: attributes cannot hold one
        Assert.Equal(["a", "\uD800b", "\uDC00"], PreTokenizer.Split("a\uD800b\uDC00"));

    [Fact]
    public void Split_RandomText_JoinsToTheText()
    {
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            string text = TokenizerFixture.RandomText(random, random.Next(40));

            var units = PreTokenizer.Split(text);

            Assert.Equal(text, string.Concat(units));
            Assert.DoesNotContain("", units);
        }
    }
}

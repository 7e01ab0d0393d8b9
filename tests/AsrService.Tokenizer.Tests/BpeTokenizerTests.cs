using System.Text;
using Xunit;

namespace AsrService.Tokenizer.Tests;

[Trait("Category", "Unit")]
public sealed class BpeTokenizerTests
{
    private static readonly string[] Merges = ["a b", "ab c", "b c", "\u0120 a", "a a", "aa aa", "Ã ©", "ä ½"];
    private static readonly string[] Added = ["<|im_start|>", "<|im_end|>", "<asr_text>", "<asr_text>!"];

    [Theory]
    [InlineData("abc", "257")] // "a b" goes before "b c"
    [InlineData("bc", "258")]
    [InlineData(" a", "259")]
    [InlineData("aaa", "260 97")] // leftmost first
    [InlineData("aaaaaaa", "261 260 97")]
    [InlineData("é", "262")]
    [InlineData("e\u0301", "262")]
    [InlineData("", "")]
    [InlineData("<asr_text>", "266")]
    [InlineData("ab<asr_text>c<|im_end|>", "256 266 99 265")]
    [InlineData("<asr_text>!", "267")] // the longest at one position
    [InlineData("<|im_start<|im_start|>", "60 124 105 109 95 115 116 97 114 116 264")]
    public void Encode_SmallVocabulary_MergesByRank(string text, string ids) =>
        Assert.Equal(ids, string.Join(' ', TokenizerFixture.Small(Merges, Added).Encode(text)));

    [Fact]
    public void Encode_WithoutAddedTokens_TreatsThemAsText()
    {
        var tokenizer = TokenizerFixture.Small(Merges, Added);

        int[] ids = tokenizer.Encode("<|im_end|>", recognizeAddedTokens: false);

        Assert.Equal("<|im_end|>".Select(c => (int)c), ids);
        Assert.Equal("<|im_end|>", tokenizer.Decode(ids));
    }

    [Fact]
    public void Encode_LoneSurrogate_CountsAsReplacement() =>
        Assert.Equal([0xEF, 0xBF, 0xBD, 120], TokenizerFixture.Small(Merges).Encode("\uD800x"));

    [Fact]
    public void Decode_AddedTokens_AreLiteralAndSpecialOnesSkipped()
    {
        var tokenizer = TokenizerFixture.Small(Merges, Added);

        Assert.Equal("ab<asr_text>", tokenizer.Decode([264, 256, 266, 265]));
        Assert.Equal("<|im_start|>ab<asr_text><|im_end|>", tokenizer.Decode([264, 256, 266, 265], skipSpecial: false));
    }

    [Fact]
    public void Decode_BytesAroundAnAddedToken_NeverJoin()
    {
        var tokenizer = TokenizerFixture.Small(Merges, Added);

        Assert.Equal("\uFFFD<asr_text>\uFFFD", tokenizer.Decode([0xC3, 266, 0xA9]));
        Assert.Equal("\uFFFD\uFFFD", tokenizer.Decode([0xC3, 264, 0xA9])); // a skipped one parts them too
    }

    [Fact]
    public void Decode_IdsWithoutToken_GiveNothing() =>
        Assert.Equal("é", TokenizerFixture.Small(Merges, Added).Decode([-1, 0xC3, 5000, 0xA9, int.MaxValue]));

    [Theory]
    [InlineData("F0 9F 99", "\uFFFD")] // one maximal part
    [InlineData("F0 9F 41", "\uFFFDA")]
    [InlineData("C0 80", "\uFFFD\uFFFD")] // overlong: each byte on its own
    [InlineData("ED A0 80", "\uFFFD\uFFFD\uFFFD")] // a surrogate
    [InlineData("F4 90 80 80", "\uFFFD\uFFFD\uFFFD\uFFFD")] // above U+10FFFF
    [InlineData("E4 BD E4 BD A0", "\uFFFD你")]
    public void Decode_InvalidBytes_OneReplacementForEachMaximalPart(string bytes, string expected)
    {
        var tokenizer = TokenizerFixture.Small([]);
        int[] ids = [.. Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal))];

        var detokenizer = tokenizer.CreateDetokenizer();
        string appended = string.Concat(ids.Select(detokenizer.Append)) + detokenizer.Flush();

        Assert.Equal(expected, tokenizer.Decode(ids));
        Assert.Equal(expected, appended);
    }

    [Fact]
    public void TryGetAddedToken_KnowsOnlyAddedTokens()
    {
        var tokenizer = TokenizerFixture.Small(Merges, Added);

        Assert.True(tokenizer.TryGetAddedToken("<asr_text>", out int id));
        Assert.Equal(266, id);
        Assert.False(tokenizer.TryGetAddedToken("ab", out _));
        Assert.Equal(268, tokenizer.VocabularySize);
        Assert.Equal(Added, tokenizer.AddedTokens.Select(token => token.Content));
        Assert.Equal([true, true, false, false], tokenizer.AddedTokens.Select(token => token.Special));
    }

    [Fact]
    public void Encode_RandomText_DecodesToItsComposedForm()
    {
        var tokenizer = TokenizerFixture.Small(Merges, Added);
        var random = new Random(2);
        for (int i = 0; i < 500; i++)
        {
            string text = TokenizerFixture.RandomText(random, random.Next(60));

            Assert.Equal(Nfc.Normalize(text), tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Encode_ManyDistinctUnits_KeepsTheCacheBounded()
    {
        var tokenizer = TokenizerFixture.Small(Merges);
        for (int i = 0; i < 3 * UnitCache.Capacity; i++)
            tokenizer.Encode(char.ConvertFromUtf32(0x20000 + i) + new string('x', i % UnitCache.LongestUnit));

        Assert.InRange(tokenizer.CachedUnits, 1, UnitCache.Capacity);
    }

    [Fact]
    public async Task Encode_FromManyThreads_GivesTheSameIds()
    {
        var tokenizer = TokenizerFixture.Small(Merges, Added);
        var random = new Random(3);
        string[] texts = [.. Enumerable.Range(0, 50).Select(_ => TokenizerFixture.RandomText(random, 50))];
        int[][] expected = [.. texts.Select(text => TokenizerFixture.Small(Merges, Added).Encode(text))];

        var encodings = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => texts.Select(text => tokenizer.Encode(text)).ToArray())));

        Assert.All(encodings, ids => Assert.Equal(expected, ids));
    }

    [Fact]
    public void Encode_VeryLongUnits_AreNotQuadratic()
    {
        var tokenizer = TokenizerFixture.Small(Merges);
        string text = new StringBuilder().Insert(0, "aab", 100_000).ToString();

        int[] ids = tokenizer.Encode(text);

        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(200_000, ids.Length); // (a)(ab) each: "a b" has the lower rank
    }
}

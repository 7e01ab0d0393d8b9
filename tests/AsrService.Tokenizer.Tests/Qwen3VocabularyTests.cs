using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace AsrService.Tokenizer.Tests;

/// <summary>Ids of the published vocabulary; skipped without it, see tests/fetch-vocabulary.sh.</summary>
[Trait("Category", "Conformance")]
public sealed class Qwen3VocabularyTests
{
    [Theory]
    [InlineData("Hello, world! It's 3.14 o'clock.", "9707 11 1879 0 1084 594 220 18 13 16 19 297 62410 13")]
    [InlineData("你好，世界。", "108386 3837 99489 1773")]
    [InlineData("  leading", "220 6388")]
    [InlineData("  two  spaces  ", "220 1378 220 12621 256")]
    [InlineData("tab\tx", "6192 10225")]
    [InlineData("e\u0301", "963")]
    [InlineData("\u1E69 s\u0323\u0307", "123882 102 86089 117 102")]
    [InlineData("don't DON'T", "15007 944 44273 17323")]
    [InlineData("It's IT'S it\u2019s", "2132 594 8700 13272 432 748")]
    [InlineData("12345", "16 17 18 19 20")]
    [InlineData("中文 English混合123", "104811 6364 105063 16 17 18")]
    [InlineData("가나다 라마", "19969 60315 13146 5140 45881 125544")]
    [InlineData("สวัสดี", "143126 23271 125136 28319")]
    [InlineData("хорошо", "10474 125234 12150 1456")]
    [InlineData("مرحبا بالعالم", "124122 29825 124671 124476 129634")]
    [InlineData("\U0001F642\U0001F44D\U0001F3FD", "145080 144349 145375")]
    [InlineData("a\r\n\r\nb", "64 871 65")]
    [InlineData("\n\n ", "271 220")]
    [InlineData("\uFB01 \u00BD", "144300 220 26062")]
    [InlineData("\U00020000\U00020001abc", "172 63219 222 172 63219 223 13683")]
    [InlineData("龘", "82912 246")]
    [InlineData("system\n", "8948 198")] // tokenizer.md, section 6
    [InlineData("user\n", "872 198")]
    [InlineData("assistant\n", "77091 198")]
    [InlineData("\n", "198")]
    [InlineData("language", "11528")]
    public void Encode_Vector_GivesItsIds(string text, string ids) // testvectors.md, section 4
    {
        var tokenizer = TokenizerFixture.Qwen3();

        int[] actual = tokenizer.Encode(text);

        Assert.Equal(ids, string.Join(' ', actual));
        Assert.Equal(Nfc.Normalize(text), tokenizer.Decode(actual));
    }

    [Theory]
    [InlineData("8453", "Chinese")]
    [InlineData("6364", "English")]
    [InlineData("72366 2367", "Cantonese")]
    [InlineData("34117", "Arabic")]
    [InlineData("5938", "German")]
    [InlineData("8585", "French")]
    [InlineData("15154", "Spanish")]
    [InlineData("42188", "Portuguese")]
    [InlineData("58829", "Indonesian")]
    [InlineData("14811", "Italian")]
    [InlineData("16134", "Korean")]
    [InlineData("8522", "Russian")]
    [InlineData("26392", "Thai")]
    [InlineData("48477", "Vietnamese")]
    [InlineData("10769", "Japanese")]
    [InlineData("23734", "Turkish")]
    [InlineData("43980", "Hindi")]
    [InlineData("79140", "Malay")]
    [InlineData("23234", "Dutch")]
    [InlineData("30109", "Swedish")]
    [InlineData("43680", "Danish")]
    [InlineData("57853", "Finnish")]
    [InlineData("31984", "Polish")]
    [InlineData("33150", "Czech")]
    [InlineData("62417", "Filipino")]
    [InlineData("49861", "Persian")]
    [InlineData("17860", "Greek")]
    [InlineData("73597", "Romanian")]
    [InlineData("56769", "Hungarian")]
    [InlineData("56452 75491", "Macedonian")]
    [InlineData("2240", "None")]
    public void Encode_LanguageName_GivesItsIds(string ids, string name) => // languages.md
        Assert.Equal(ids, string.Join(' ', TokenizerFixture.Qwen3().Encode(" " + name)));

    [Fact]
    public void Load_BothForms_GiveEqualIdsAndAddedTokens()
    {
        var single = TokenizerFixture.Qwen3();
        using var folder = new TemporaryFolder();
        Convert(TokenizerFixture.PublishedPath!, folder);
        var random = new Random(8);

        var pair = BpeTokenizer.Load(folder.Path);

        Assert.Equal(single.VocabularySize + 36, pair.VocabularySize); // the ASR tokens come on top
        Assert.Equal([151669, 151676, 151676, 151670, 11528, 6364, 151704], pair.Encode(
            "<|audio_start|><|audio_pad|><|audio_pad|><|audio_end|>language English<asr_text>"));
        Assert.Equal("language English<asr_text>", pair.Decode([151669, 11528, 6364, 151704, 151645]));
        for (int i = 0; i < 300; i++)
        {
            string text = TokenizerFixture.RandomText(random, 60) + "<|im_end|></think>";

            Assert.Equal(single.Encode(text), pair.Encode(text));
        }
    }

    [Fact]
    public void Encode_RandomText_DecodesToItsComposedForm()
    {
        var tokenizer = TokenizerFixture.Qwen3();
        var random = new Random(9);
        for (int i = 0; i < 500; i++)
        {
            string text = TokenizerFixture.RandomText(random, 60);

            Assert.Equal(Nfc.Normalize(text), tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Append_RandomIds_JoinsToDecode()
    {
        var tokenizer = TokenizerFixture.Qwen3();
        var random = new Random(10);
        for (int i = 0; i < 500; i++)
        {
            int[] ids = [.. Enumerable.Range(0, 60).Select(_ => random.Next(tokenizer.VocabularySize + 9))];
            var detokenizer = tokenizer.CreateDetokenizer();

            string text = string.Concat(ids.Select(detokenizer.Append)) + detokenizer.Flush();

            Assert.Equal(tokenizer.Decode(ids), text);
        }
    }

    [Fact]
    public void Encode_VeryLongUnit_TakesReasonableTime()
    {
        var tokenizer = TokenizerFixture.Qwen3();
        var random = new Random(11);
        string text = new([.. Enumerable.Range(0, 100_000).Select(_ => (char)('a' + random.Next(26)))]);
        var clock = Stopwatch.StartNew();

        int[] ids = tokenizer.Encode(text);

        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}."); // quadratic: minutes
    }

    /// <summary>Writes tokenizer.json as the other form, with the added tokens of Qwen3-ASR in the config.</summary>
    private static void Convert(string path, TemporaryFolder folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var model = json.RootElement.GetProperty("model");
        var merges = new StringBuilder("#version: 0.2\n");
        foreach (var merge in model.GetProperty("merges").EnumerateArray())
            merges.Append(merge[0].GetString()).Append(' ').Append(merge[1].GetString()).Append('\n');
        var added = json.RootElement.GetProperty("added_tokens").EnumerateArray()
            .ToDictionary(token => $"{token.GetProperty("id")}", token => (object)token);
        string[] contents = ["<|audio_start|>", "<|audio_end|>", "<tts_pad>", "<tts_text_bos>", "<tts_text_eod>",
            "<tts_text_bos_single>", "<non_speech>", "<|audio_pad|>",
            .. Enumerable.Range(1, 27).Select(i => $"<blank{i}>"), "<asr_text>"];
        for (int i = 0; i < contents.Length; i++)
        {
            bool special = contents[i] is not ("<non_speech>" or "<asr_text>");
            added[$"{151669 + i}"] = new { content = contents[i], special };
        }

        folder.Write("vocab.json", model.GetProperty("vocab").GetRawText());
        folder.Write("merges.txt", merges.ToString());
        folder.Write("tokenizer_config.json", JsonSerializer.Serialize(new { added_tokens_decoder = added }));
    }
}

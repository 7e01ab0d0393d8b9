using Xunit;

namespace AsrService.Tokenizer.Tests;

[Trait("Category", "Unit")]
public sealed class TokenizerLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TokenizerLoaderTests() => TokenizerFixture.WriteSmall(_folder, ["a b"], "<|im_end|>");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vocab.json", "{", "well-formed JSON")]
    [InlineData("vocab.json", "", "well-formed JSON")]
    [InlineData("vocab.json", "[]", "an object, found StartArray")]
    [InlineData("vocab.json", "{\"a\": NaN}", "well-formed JSON")]
    [InlineData("vocab.json", "{\"a\": 1.5}", "an integer id")]
    [InlineData("vocab.json", "{\"a\": \"1\"}", "an integer id, found String")]
    [InlineData("vocab.json", "{\"a\": -1}", "found -1 for 'a'")]
    [InlineData("vocab.json", "{\"a\": 2000000000}", "found 2000000000 for 'a'")]
    [InlineData("vocab.json", "{\"a\": 1, \"b\": 1}", "'b' with id 1")]
    [InlineData("vocab.json", "{\"a\": 1, \"a\": 2}", "'a' with id 2")]
    [InlineData("vocab.json", "{\"\\ud800\": 1}", "well-formed JSON")]
    [InlineData("vocab.json", "{\"a\": 1} x", "well-formed JSON")]
    [InlineData("vocab.json", "{}", "for each of the 256 bytes, found none for byte 0x00", "")]
    [InlineData("merges.txt", "#version: 0.2\na c", "merge 2 to join two tokens")]
    [InlineData("merges.txt", "ab c", "merge 1 to join two tokens")]
    [InlineData("merges.txt", "a b c", "found 'a b c'")]
    [InlineData("merges.txt", "ab", "found 'ab'")]
    [InlineData("merges.txt", "你 a", "merge 1 to join two tokens")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {}}}", "ids as names")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"300\": {}}}", "id and content in every")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"-3\": {\"content\": \"x\"}}}", "found -3 for 'x'")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"300\": {\"content\": \"\"}}}", "an empty string")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"300\": {\"content\": \"x\", \"special\": 1}}}",
        "true or false for special")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"300\": {\"content\": \"x\", \"lstrip\": true}}}",
        "without lstrip")]
    [InlineData("tokenizer_config.json",
        "{\"added_tokens_decoder\": {\"300\": {\"content\": \"x\"}, \"301\": {\"content\": \"x\"}}}", "one id for 'x'")]
    [InlineData("tokenizer_config.json", "{\"added_tokens_decoder\": {\"97\": {\"content\": \"x\"}}}",
        "id 97 to be free", "vocab.json")]
    [InlineData("added_tokens.json", "{\"<x>\": 257}", "one token with id 257")]
    public void Load_DamagedFile_NamesItAndWhatIsWrong(
        string file, string content, string message, string? named = null)
    {
        _folder.Write(file, content);
        if (named == "") _folder.Write("merges.txt", "");

        var failure = Assert.Throws<TokenizerException>(() => BpeTokenizer.Load(_folder.Path));

        string path = Path.Combine(_folder.Path, string.IsNullOrEmpty(named) ? file : named);
        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("vocab.json", "merges.txt alone")]
    [InlineData("merges.txt", "vocab.json alone")]
    public void Load_HalfOfThePair_SaysWhichIsThere(string missing, string found)
    {
        _folder.Delete(missing);

        var failure = Assert.Throws<TokenizerException>(() => BpeTokenizer.Load(_folder.Path));

        Assert.Equal(
            $"{_folder.Path}: expected vocab.json and merges.txt, or tokenizer.json, found {found}.", failure.Message);
        Assert.Equal(_folder.Path, failure.File);
    }

    [Fact]
    public void Load_NoSuchFolder_SaysSo()
    {
        string folder = Path.Combine(_folder.Path, "missing");

        var failure = Assert.Throws<TokenizerException>(() => BpeTokenizer.Load(folder));

        Assert.EndsWith("no such folder.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"merges\": [\"a b\"], \"vocab\": VOCAB, \"type\": \"BPE\"")] // merges may come first
    [InlineData("\"type\": \"BPE\", \"vocab\": VOCAB, \"merges\": [[\"a\", \"b\"]]")]
    public void Load_SingleFile_GivesTheSameIds(string model)
    {
        const string text = "abc<|im_end|><asr_text>é";
        int[] expected = BpeTokenizer.Load(_folder.Path).Encode("abc<|im_end|>é");
        const string end = "{\"id\": 257, \"content\": \"<|im_end|>\", \"special\": true}";
        WriteSingle(model, end + ", {\"id\": 400, \"content\": \"<asr_text>\"}");

        var tokenizer = BpeTokenizer.Load(_folder.Path);

        Assert.Equal(expected, tokenizer.Encode(text).Where(id => id != 400));
        Assert.Equal(401, tokenizer.VocabularySize); // gaps between ids are fine
        Assert.Equal("abc<asr_text>é", tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Theory]
    [InlineData("\"type\": \"Unigram\", \"vocab\": VOCAB, \"merges\": []", "model type BPE, found 'Unigram'")]
    [InlineData("\"type\": \"BPE\", \"vocab\": VOCAB", "model.merges, found no such property")]
    [InlineData("\"type\": \"BPE\", \"vocab\": {}, \"merges\": []", "tokens in model.vocab, found none")]
    [InlineData("\"vocab\": VOCAB, \"merges\": [[\"a\", \"b\", \"c\"]]", "EndArray in model")]
    [InlineData("\"vocab\": VOCAB, \"merges\": [[\"a\"]]", "String in model")]
    [InlineData("\"vocab\": VOCAB, \"merges\": [7]", "StartArray in model")]
    [InlineData("\"vocab\": VOCAB, \"merges\": [\"x y\"]", "merge 1 to join")]
    public void Load_DamagedSingleFile_NamesItAndWhatIsWrong(string model, string message)
    {
        WriteSingle(model, "");

        var failure = Assert.Throws<TokenizerException>(() => BpeTokenizer.Load(_folder.Path));

        Assert.StartsWith(Path.Combine(_folder.Path, "tokenizer.json"), failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AddedTokenListedInVocabulary_IsAccepted()
    {
        string vocabulary = File.ReadAllText(Path.Combine(_folder.Path, "vocab.json"));
        _folder.Write("vocab.json", "\uFEFF{\"<｜x｜>\": 500, " + vocabulary[1..]);
        var failure = Assert.Throws<TokenizerException>(() => BpeTokenizer.Load(_folder.Path));
        Assert.Contains("'<｜x｜>' with id 500", failure.Message, StringComparison.Ordinal);

        _folder.Write("added_tokens.json", "{\"<｜x｜>\": 500}");

        Assert.Equal([500], BpeTokenizer.Load(_folder.Path).Encode("<｜x｜>"));
    }

    [Fact]
    public void Load_WindowsLineEnds_AreTolerated()
    {
        _folder.Write("merges.txt", "#version: 0.2\r\na b\r\n\r\n");

        Assert.Equal([256], BpeTokenizer.Load(_folder.Path).Encode("ab"));
    }

    private void WriteSingle(string model, string added)
    {
        string vocabulary = File.ReadAllText(Path.Combine(_folder.Path, "vocab.json"));
        string filled = model.Replace("VOCAB", vocabulary, StringComparison.Ordinal);
        _folder.Delete("vocab.json");
        _folder.Write("tokenizer.json", $"{{\"added_tokens\": [{added}], \"model\": {{{filled}}}}}");
    }
}

using System.Text;
using Xunit;

namespace AsrService.Tokenizer.Tests;

[Trait("Category", "Unit")]
public sealed class IncrementalDetokenizerTests
{
    private static readonly BpeTokenizer Tokenizer =
        TokenizerFixture.Small(["a b", "ð Ł", "ä ½", "ł ab"], "<|im_end|>", "<asr_text>");

    [Fact]
    public void Append_CharacterOfManyTokens_ComesWhole()
    {
        var detokenizer = Tokenizer.CreateDetokenizer();

        Assert.Equal("", detokenizer.Append(0xF0));
        Assert.Equal("", detokenizer.Append(0x9F));
        Assert.Equal("", detokenizer.Append(0x99));
        Assert.Equal("🙂", detokenizer.Append(0x82));
        Assert.Equal("", detokenizer.Flush());
    }

    [Fact]
    public void Flush_UnfinishedCharacter_IsReplacedOnce()
    {
        var detokenizer = Tokenizer.CreateDetokenizer();

        detokenizer.Append(0xE4);
        detokenizer.Append(0xBD);

        Assert.Equal("\uFFFD", detokenizer.Flush());
        Assert.Equal("", detokenizer.Flush());
    }

    [Fact]
    public void Append_RandomIds_JoinsToDecode()
    {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            int[] ids = new int[random.Next(30)];
            for (int j = 0; j < ids.Length; j++) ids[j] = random.Next(80, Tokenizer.VocabularySize + 2);
            bool skipSpecial = random.Next(2) == 0;
            var detokenizer = Tokenizer.CreateDetokenizer(skipSpecial);
            var text = new StringBuilder();

            foreach (int id in ids) text.Append(detokenizer.Append(id));
            text.Append(detokenizer.Flush());

            Assert.Equal(Tokenizer.Decode(ids, skipSpecial), text.ToString());
            Assert.Equal(text.Length, detokenizer.TextLength);
            Assert.Equal(ids.Length, detokenizer.Count);
        }
    }

    [Fact]
    public void Append_BytesOfValidText_NeverReplaces()
    {
        var random = new Random(6);
        for (int i = 0; i < 300; i++)
        {
            string text = TokenizerFixture.RandomText(random, 40).Replace("\uFFFD", "", StringComparison.Ordinal);
            var detokenizer = Tokenizer.CreateDetokenizer();

            Assert.All(Encoding.UTF8.GetBytes(text), b => Assert.DoesNotContain('\uFFFD', detokenizer.Append(b)));
        }
    }

    [Fact]
    public void Truncate_ThenAppend_ContinuesAsIfNeverAppended()
    {
        var random = new Random(7);
        for (int i = 0; i < 500; i++)
        {
            int[] kept = [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(Tokenizer.VocabularySize))];
            int[] draft = [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(Tokenizer.VocabularySize))];
            var detokenizer = Tokenizer.CreateDetokenizer();
            var text = new StringBuilder();

            foreach (int id in (int[])[.. kept, .. draft]) text.Append(detokenizer.Append(id));
            text.Append(detokenizer.Flush());
            detokenizer.Truncate(kept.Length);
            text.Length = detokenizer.TextLength;
            foreach (int id in draft) text.Append(detokenizer.Append(id));
            text.Append(detokenizer.Flush());

            Assert.Equal(Tokenizer.Decode([.. kept, .. draft]), text.ToString());
        }
    }

    [Fact]
    public void Truncate_OutOfRange_Throws()
    {
        var detokenizer = Tokenizer.CreateDetokenizer();

        Assert.Throws<ArgumentOutOfRangeException>(() => detokenizer.Truncate(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => detokenizer.Truncate(-1));
    }
}

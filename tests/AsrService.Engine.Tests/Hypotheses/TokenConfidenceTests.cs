using AsrService.Engine.Hypotheses;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Unit")]
public class TokenConfidenceTests
{
    private static readonly BpeTokenizer Tokenizer = BpeTokenizer.Load(Path.Combine(RepositoryPaths.Models, "demo-asr"));

    [Fact]
    public void OfText_Probabilities_IsTheGeometricMean()
    {
        Assert.Equal(0.4f, TokenConfidence.OfText([0.8f, 0.2f])!.Value, 1e-6f);
        Assert.Null(TokenConfidence.OfText([]));
        Assert.Equal(0, TokenConfidence.OfText([0.5f, 0]));
    }

    [Theory]
    [InlineData("We used Redis because it is fast.")]
    [InlineData("我们用 Redis 做缓存。")]
    [InlineData("鱻👨‍👩‍👧 ẞ 𠀀𠀀")]
    public void OfWords_WholeText_IsTheMeanOfTheTokensThatOverlap(string text)
    {
        int[] ids = Tokenizer.Encode(text);
        float[] probabilities = [.. ids.Select((_, i) => 1f / (i + 2))];
        var words = TextWords.Split(text);

        var confidences = TokenConfidence.OfWords(Tokenizer, ids, probabilities, words);

        Assert.Equal(text, Tokenizer.Decode(ids));
        for (int i = 0; i < words.Count; i++)
            Assert.Equal(Expected(ids, probabilities, words[i])!.Value, confidences[i]!.Value, 1e-5f);
    }

    [Fact]
    public void OfWords_LoopRemoved_MatchesFromBothEnds()
    {
        int[] ids = Tokenizer.Encode(" We a a a a a a fast");
        float[] probabilities = [.. ids.Select((_, i) => i < ids.Length / 2 ? 0.25f : 0.75f)];

        var confidences = TokenConfidence.OfWords(Tokenizer, ids, probabilities, TextWords.Split("We a fast"));

        Assert.Equal(0.25f, confidences[0]!.Value, 1e-5f);
        Assert.Equal(0.75f, confidences[2]!.Value, 1e-5f);
    }

    [Fact]
    public void OfWords_WordThatWasNotDecoded_HasNone()
    {
        int[] ids = Tokenizer.Encode("We used");

        var confidences = TokenConfidence.OfWords(Tokenizer, ids, [.. ids.Select(_ => 0.5f)], TextWords.Split("We 鱻 used"));

        Assert.Equal([true, false, true], confidences.Select(value => value is not null));
    }

    [Fact]
    public void OfWords_CutWithinACharacter_CountsItsTokens()
    {
        int[] ids = [.. Tokenizer.Encode("用鱻").SkipLast(1)];
        Assert.Equal("用\uFFFD", Tokenizer.Decode(ids)); // the vocabulary has no token for it

        var confidences = TokenConfidence.OfWords(Tokenizer, ids, [.. ids.Select(_ => 0.5f)], TextWords.Split("用\uFFFD"));

        Assert.Equal([0.5f, 0.5f], confidences);
    }

    [Fact]
    public void OfWords_NotAProbabilityForEachId_Throws() => Assert.Throws<ArgumentException>(
        () => TokenConfidence.OfWords(Tokenizer, [1], [], TextWords.Empty));

    /// <summary>By bytes: a token overlaps a word where they share one.</summary>
    private static float? Expected(int[] ids, float[] probabilities, TextWord word)
    {
        string text = Tokenizer.Decode(ids);
        int wordStart = Bytes(text[..word.Start]), wordEnd = Bytes(text[..word.End]), start = 0;
        var logs = new List<double>();
        for (int i = 0; i < ids.Length; i++)
        {
            int length = ByteLength(ids[i]);
            if (start < wordEnd && start + length > wordStart) logs.Add(Math.Log(probabilities[i]));
            start += length;
        }
        Assert.Equal(Bytes(text), start);
        return logs.Count == 0 ? null : (float)Math.Exp(logs.Average());
    }

    private static int Bytes(string text) => System.Text.Encoding.UTF8.GetByteCount(text);

    /// <summary>A token that is part of a character decodes to one U+FFFD for each invalid part, here each byte.</summary>
    private static int ByteLength(int id)
    {
        string alone = Tokenizer.Decode([id]);
        return alone.Sum(c => c == '\uFFFD' ? 1 : 0) + Bytes(alone.Replace("\uFFFD", ""));
    }
}

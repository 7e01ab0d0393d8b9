using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.Models;
using AsrService.Models.Configuration;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

[Trait("Category", "Unit")]
public sealed class SegmentDecodingTests
{
    private static readonly BpeTokenizer Tokenizer = TinyBpe.Load();
    private static readonly LogMelFrontEnd FrontEnd = new(LogMelOptions.Default);
    private static readonly float[] Sound = TestSignals.Syllables(2);

    [Fact]
    public void New_Sound_AsksForThePrompt()
    {
        var segment = Begin(Sound);

        Assert.Equal(26, segment.PromptIds.Count(id => id == TinyTokenizer.AudioPad));
        Assert.Equal(segment.PromptIds.Length + 64 + 20, segment.MaxPositions);
        Assert.False(segment.IsDone);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(32_000)]
    public void New_Silence_IsDoneAndNeedsNothing(int samples)
    {
        var segment = Begin(new float[samples]);

        Assert.True(segment.IsDone);
        Assert.Equal(0, segment.MaxPositions);
        var result = segment.Finish(default);
        Assert.Equal(("", "", SegmentRemarks.NonSpeech), (result.Text, result.Language, result.Remarks));
    }

    [Theory]
    [InlineData(TinyTokenizer.EndOfText)]
    [InlineData(TinyTokenizer.TurnEnd)]
    public void Accept_EndId_EndsAndIsNoPartOfTheText(int end)
    {
        var result = Run(Begin(Sound), [.. Answer("Hello."), end]);

        Assert.Equal(("English", "Hello.", SegmentRemarks.None), (result.Language, result.Text, result.Remarks));
        Assert.Equal(Answer("Hello."), result.TokenIds);
        Assert.Equal(result.TokenIds.Count, result.TokenProbabilities.Count);
        Assert.All(result.TokenProbabilities, p => Assert.Equal(0.9f, p, 5));
    }

    [Fact]
    public void Accept_EndIdAtOnce_IsNonSpeech() =>
        Assert.Equal(SegmentRemarks.NonSpeech, Run(Begin(Sound), [TinyTokenizer.TurnEnd]).Remarks);

    [Fact]
    public void Accept_BudgetSpent_IsTruncated()
    {
        var segment = Begin(Sound, new DecodingConfig { MaxNewTokens = 30 });

        var result = Run(segment, Answer("Counting from one on and on."));

        Assert.Equal(30, result.TokenIds.Count);
        Assert.Equal(SegmentRemarks.Truncated, result.Remarks);
        Assert.StartsWith(result.Text, "Counting from one on and on.", StringComparison.Ordinal);
    }

    [Fact]
    public void Accept_MoreThanTheDurationAllows_IsTruncated()
    {
        var random = new Random(5);

        var result = Run(Begin(Sound), [.. Enumerable.Range(0, 200).Select(_ => 'a' + random.Next(26))]);

        Assert.Equal(64 + 20, result.TokenIds.Count);
        Assert.True(result.Remarks.HasFlag(SegmentRemarks.Truncated));
    }

    [Fact]
    public void Accept_TruncatedInsideACharacter_ShowsNoReplacementCharacter()
    {
        int[] ids = Answer("你好");

        var result = Run(Begin(Sound, new DecodingConfig { MaxNewTokens = ids.Length - 1 }), ids);

        Assert.Equal("你", result.Text);
    }

    [Fact]
    public void Accept_Loop_IsCutToItsFirstBlock()
    {
        var segment = Begin(Sound, new DecodingConfig { MaxNewTokens = 500 });

        var result = Run(segment, [.. Answer("Yes"), .. Enumerable.Repeat(Tokenizer.Encode(" no!"), 60).SelectMany(ids => ids)]);

        Assert.Equal("Yes no!", result.Text);
        Assert.Equal(SegmentRemarks.RepetitionCut, result.Remarks);
        Assert.InRange(result.TokenIds.Count, 64, 100);
    }

    [Fact]
    public void Accept_LoopThatSharesBytesWithItsLeadIn_ShowsNoReplacementCharacter() // 䥽 ends as 好 does: E5 A5 BD, E4 A5 BD
    {
        var segment = Begin(Sound, new DecodingConfig { MaxNewTokens = 500 });

        var result = Run(segment, [.. Answer("x\u497D"), .. Enumerable.Repeat(Tokenizer.Encode("好"), 90).SelectMany(ids => ids)]);

        Assert.Equal(SegmentRemarks.RepetitionCut, result.Remarks);
        Assert.DoesNotContain('\uFFFD', result.Text);
    }

    [Fact]
    public void Accept_ForcedTokens_IgnoresEndIdsAndGuards()
    {
        var segment = Begin(new float[8000], new DecodingConfig { ForcedTokens = 200 });

        var result = Run(segment, [.. Enumerable.Repeat(TinyTokenizer.TurnEnd, 1000)]);

        Assert.Equal(200, result.TokenIds.Count);
        Assert.Equal(SegmentRemarks.None, result.Remarks);
    }

    [Fact]
    public void Accept_NotANumber_IsAModelFault()
    {
        var segment = Begin(Sound);
        segment.Accept(new Prediction('a', -0.1f));

        var fault = Assert.Throws<ModelFaultException>(() => segment.Accept(new Prediction(0, float.NaN)));

        Assert.Contains("after 1 token", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_TagSaidAgain_IsNoPartOfTheText()
    {
        var result = Run(Begin(Sound), [.. Answer("<asr_text>We used<asr_text> Redis."), TinyTokenizer.EndOfText]);

        Assert.Equal(("English", "We used Redis."), (result.Language, result.Text));
    }

    [Fact]
    public void Finish_ForcedLanguage_AllIsTranscript()
    {
        var config = new DecodingConfig { Language = new Language("en", "English", true) };

        var result = Run(Begin(Sound, config), [.. Tokenizer.Encode(" Hi there."), TinyTokenizer.TurnEnd]);

        Assert.Equal(("English", "Hi there."), (result.Language, result.Text));
    }

    [Theory]
    [InlineData(0.3f, SegmentRemarks.NonSpeech, "")]
    [InlineData(0.9f, SegmentRemarks.None, "Hello.")]
    public void Finish_TextOverSteadyNoise_IsBelievedOnlyWhenSure(float probability, SegmentRemarks remarks, string text)
    {
        var segment = Begin(TestSignals.Noise(2, -30));

        var result = Run(segment, [.. Answer("Hello."), TinyTokenizer.TurnEnd], probability);

        Assert.Equal((remarks, text), (result.Remarks, result.Text));
        Assert.Equal(Answer("Hello."), result.TokenIds); // what the model said stays on record
    }

    [Fact]
    public void Finish_ContextSaidBackOverHum_IsDropped()
    {
        var config = new DecodingConfig { Context = "Redis, Kafka" };
        int[] answer = [.. Answer("Redis, Kafka."), TinyTokenizer.TurnEnd];

        var overHum = Run(Begin(TestSignals.Hum(2, 50, -30), config), answer);
        var spoken = Run(Begin(Sound, config), answer);

        Assert.Equal((SegmentRemarks.ContextEcho, "", ""), (overHum.Remarks, overHum.Text, overHum.Language));
        Assert.Equal((SegmentRemarks.None, "Redis, Kafka."), (spoken.Remarks, spoken.Text));
    }

    [Fact]
    public void New_BudgetBeyondTheModel_IsClampedToItsPositions()
    {
        var small = TinyConfigs.Asr with { Text = TinyConfigs.Asr.Text with { MaxPositions = 100 } };

        var segment = Begin(Sound, new DecodingConfig { MaxNewTokens = 65_536 }, small);

        Assert.Equal(100, segment.MaxPositions);
    }

    [Fact]
    public void New_PromptBeyondTheModel_IsAModelFault()
    {
        var small = TinyConfigs.Asr with { Text = TinyConfigs.Asr.Text with { MaxPositions = 100 } };
        var config = new DecodingConfig { Context = new string('x', 100) };

        var fault = Assert.Throws<ModelFaultException>(() => Begin(Sound, config, small));

        Assert.Contains("100", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Config_NoTokensAllowed_Throws(int tokens)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodingConfig { MaxNewTokens = tokens });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodingConfig { ForcedTokens = tokens });
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 74)]
    [InlineData(16_000, 74)]
    [InlineData(16_001, 84)]
    [InlineData(19_280_000, 12_114)]
    public void TokenBudget_Duration_GivesTenForEverySecondBegun(int samples, int budget) =>
        Assert.Equal(budget, DecodingConfig.Default.TokenBudget(samples));

    private static SegmentDecoding Begin(float[] samples, DecodingConfig? config = null, ModelConfig? model = null)
    {
        model ??= TinyConfigs.Asr;
        return new(
            SpeechEvidence.Measure(samples), samples.Length, model.Audio.AudioTokens(FrontEnd.FrameCount(samples.Length)),
            config ?? DecodingConfig.Default, new PromptFormat(Tokenizer, model), model);
    }

    private static int[] Answer(string text) => Tokenizer.Encode("language English<asr_text>" + text);

    private static SegmentResult Run(SegmentDecoding segment, int[] ids, float probability = 0.9f)
    {
        foreach (int id in ids)
        {
            if (segment.IsDone) break;
            segment.Accept(new Prediction(id, MathF.Log(probability)));
        }
        Assert.True(segment.IsDone);
        return segment.Finish(default);
    }
}

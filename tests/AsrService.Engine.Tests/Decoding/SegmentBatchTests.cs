using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

[Trait("Category", "Unit")]
public sealed class SegmentBatchTests
{
    private static readonly BpeTokenizer Tokenizer = TinyBpe.Load();

    [Fact]
    public void Step_Segment_IsFedItsPromptThenEveryTokenOnce()
    {
        int[] answer = [.. Tokenizer.Encode("language English<asr_text>Hi.")];
        var model = new ScriptedModel().Answer(answer);
        var recognizer = new Recognizer(model, Tokenizer);

        var result = recognizer.DecodeSegment(TestSignals.Syllables(9.5), DecodingConfig.Default);

        Assert.Equal(("English", "Hi."), (result.Language, result.Text));
        Assert.Equal([.. result.PromptIds, .. answer], model.Fed.SelectMany(feed => feed.Ids));
        Assert.Equal((2, 2), (model.EncodeCalls, model.EncodedWindows)); // 8 s and 1.5 s
        Assert.Equal(1 + answer.Length, model.ExtendCalls);
        AssertNothingHeld(model);
    }

    [Fact]
    public void Step_Silence_NeverReachesTheModel()
    {
        var model = new ScriptedModel();

        var result = new Recognizer(model, Tokenizer).DecodeSegment(new float[48_000], DecodingConfig.Default);

        Assert.Equal(SegmentRemarks.NonSpeech, result.Remarks);
        Assert.Equal((0, 0), (model.EncodeCalls, model.ExtendCalls));
    }

    [Fact]
    public void TryAdd_BatchFull_RefusesUntilOneLeaves()
    {
        var recognizer = new Recognizer(new ScriptedModel { Script = prompt => new int[3 * prompt.Sequence] }, Tokenizer);
        using var batch = new SegmentBatch<int>(recognizer.Runner, capacity: 2);
        Assert.True(batch.TryAdd(0, Begin(recognizer))); // no tokens
        Assert.True(batch.TryAdd(1, Begin(recognizer))); // three
        Assert.False(batch.TryAdd(2, Begin(recognizer)));

        var done = new List<int>();
        batch.Step((tag, _, _) => done.Add(tag));

        Assert.Equal([0], done);
        Assert.Equal(1, batch.Count);
        Assert.True(batch.TryAdd(2, Begin(recognizer)));
    }

    [Fact]
    public void TryAdd_MoreThanTheCacheHolds_IsAFaultOfThatSegment()
    {
        var recognizer = new Recognizer(new ScriptedModel(kvBlocks: 3), Tokenizer);
        using var batch = new SegmentBatch<int>(recognizer.Runner, capacity: 2);

        Assert.Throws<ModelFaultException>(() => batch.TryAdd(0, Begin(recognizer, seconds: 60)));

        Assert.True(batch.TryAdd(1, Begin(recognizer)));
    }

    [Fact]
    public void TryAdd_SilenceInAFullCache_NeedsNoBlocks()
    {
        var recognizer = new Recognizer(new ScriptedModel(kvBlocks: 2), Tokenizer);
        using var batch = new SegmentBatch<int>(recognizer.Runner, capacity: 9);

        Assert.True(batch.TryAdd(0, recognizer.Begin(new float[60 * 16_000], DecodingConfig.Default)));

        Assert.Equal(SegmentRemarks.NonSpeech, Finish(batch)[0].Result!.Remarks);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Step_RandomSegmentsInFewBlocks_NeverAsksForMore(int seed) // the model throws when it is asked
    {
        var random = new Random(seed);
        var model = new ScriptedModel(kvBlocks: 12) { Script = Babble };
        var recognizer = new Recognizer(model, Tokenizer);
        using var batch = new SegmentBatch<int>(model, capacity: 7);
        int added = 0, done = 0;
        DecodeJob? next = null;

        while (done < 60)
        {
            while (added < 60 && batch.TryAdd(added, next ??= Begin(recognizer, seconds: 0.2 + 12 * random.NextDouble())))
                (added, next) = (added + 1, null);
            Assert.NotEqual(0, batch.Count);
            batch.Step((_, result, _) =>
            {
                Assert.NotNull(result);
                done++;
            });
        }

        Assert.InRange(model.PeakKvBlocks, 8, 12);
        Assert.InRange(model.PeakSequences, 3, 7);
        AssertNothingHeld(model);
    }

    [Fact]
    public void Step_AnyCompany_GivesTheResultOfEachAlone()
    {
        var random = new Random(7);
        var model = new ScriptedModel { Script = Babble, Probability = place => 1f / (1 + place % 5) };
        var recognizer = new Recognizer(model, Tokenizer);
        float[][] clips = [.. Enumerable.Range(0, 40).Select(i => TestSignals.Syllables(0.2 + 20 * random.NextDouble(), seed: i))];
        var alone = clips.Select(clip => recognizer.DecodeSegment(clip, DecodingConfig.Default)).ToList();

        for (int round = 0; round < 3; round++)
        {
            using var batch = new SegmentBatch<int>(model, capacity: random.Next(2, 13));
            var results = new SegmentResult[clips.Length];
            for (int next = 0, done = 0; done < clips.Length;)
            {
                while (next < clips.Length && random.Next(3) > 0
                    && batch.TryAdd(next, recognizer.Begin(clips[next], DecodingConfig.Default))) next++;
                batch.Step((tag, result, _) =>
                {
                    results[tag] = result!;
                    done++;
                });
            }

            for (int i = 0; i < clips.Length; i++) SegmentAssert.Same(alone[i], results[i]);
        }
        AssertNothingHeld(model);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Step_NotANumber_HarmsThatSegmentOnly(int after)
    {
        var model = new ScriptedModel
        {
            Script = prompt => prompt.Sequence == 1
                ? [.. Enumerable.Repeat<int>('x', after), ScriptedModel.NotANumber]
                : Tokenizer.Encode($"language English<asr_text>Number {prompt.Sequence}."),
        };
        var recognizer = new Recognizer(model, Tokenizer);
        using var batch = new SegmentBatch<int>(model, capacity: 3);
        for (int i = 0; i < 3; i++) batch.TryAdd(i, Begin(recognizer));

        var outcomes = Finish(batch);

        Assert.Equal("Number 0.", outcomes[0].Result!.Text);
        Assert.Equal("Number 2.", outcomes[2].Result!.Text);
        Assert.Null(outcomes[1].Result);
        Assert.Contains($"NaN after {after} tokens", outcomes[1].Fault!.Message, StringComparison.Ordinal);
        AssertNothingHeld(model);
    }

    [Fact]
    public void DecodeSegment_NotANumber_Throws()
    {
        var model = new ScriptedModel().Answer(ScriptedModel.NotANumber);
        var recognizer = new Recognizer(model, Tokenizer);

        Assert.Throws<ModelFaultException>(() => recognizer.DecodeSegment(TestSignals.Syllables(1), DecodingConfig.Default));

        AssertNothingHeld(model);
    }

    [Fact]
    public void DecodeSegment_ModelThrows_LeavesNothingBehind()
    {
        var model = new ScriptedModel().Answer(1, 2, 3);
        model.Extending = () => _ = model.ExtendCalls == 2 ? throw new InvalidOperationException("out of order") : 0;
        var recognizer = new Recognizer(model, Tokenizer);

        Assert.Throws<InvalidOperationException>(() => recognizer.DecodeSegment(TestSignals.Syllables(1), DecodingConfig.Default));

        AssertNothingHeld(model);
    }

    [Fact]
    public void Dispose_HalfWay_FreesAll()
    {
        var model = new ScriptedModel().Answer(1, 2, 3, 4, 5);
        var recognizer = new Recognizer(model, Tokenizer);
        var batch = new SegmentBatch<int>(model, capacity: 4);
        for (int i = 0; i < 3; i++) batch.TryAdd(i, Begin(recognizer));
        batch.Step((_, _, _) => Assert.Fail("too early"));
        batch.TryAdd(3, Begin(recognizer));

        batch.Dispose();

        AssertNothingHeld(model);
    }

    private static DecodeJob Begin(Recognizer recognizer, double seconds = 1) =>
        recognizer.Begin(TestSignals.Syllables(seconds), DecodingConfig.Default);

    private static Dictionary<int, (SegmentResult? Result, ModelFaultException? Fault)> Finish(SegmentBatch<int> batch)
    {
        var outcomes = new Dictionary<int, (SegmentResult?, ModelFaultException?)>();
        while (batch.Count > 0) batch.Step((tag, result, fault) => outcomes.Add(tag, (result, fault)));
        return outcomes;
    }

    /// <summary>An answer that depends on what was heard: often short, now and then up to the budget.</summary>
    private static int[] Babble(ScriptedPrompt prompt)
    {
        var random = new Random(prompt.Audio);
        return [.. Enumerable.Range(0, random.Next(4) == 0 ? 5000 : random.Next(60)).Select(_ => ' ' + random.Next(90))];
    }

    private static void AssertNothingHeld(ScriptedModel model) =>
        Assert.Equal((0, 0, 0), (model.OpenSequences, model.UsedKvBlocks, model.LiveEmbeddings));
}

using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.Models.Configuration;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests;

/// <summary>The logits of a position have the same bits alone, in any batch, by any pieces and with any thread count.</summary>
[Trait("Category", "Conformance")]
public sealed class BitContractTests
{
    public enum Model
    {
        Tiny,
        Uneven,
        Demo,
    }

    public static TheoryData<Model, DType> Models()
    {
        var models = new TheoryData<Model, DType>();
        foreach (var model in Enum.GetValues<Model>())
        {
            models.Add(model, DType.F32);
            models.Add(model, DType.BF16);
        }
        return models;
    }

    [Theory, MemberData(nameof(Models))]
    public void Extend_RandomPiecesAmongOthers_SameBitsAsWholeAndAlone(Model model, DType kv)
    {
        using var alone = NewRunner(model, new ModelOptions { Kv = kv }, threads: 1);
        var random = new Random(11);
        Utterance[] utterances = [.. Enumerable.Range(0, 3).Select(_ => Random(model, random))];
        float[][][] expected = [.. utterances.Select(utterance => new LogitsRecorder(alone).Whole(utterance))];

        foreach (var (maxStep, maxPiece, threads) in new[] { (1, 30, 2), (7, 90, 1), (64, 200, 2), (512, 90, 2), (512, 3, 1) })
        {
            if (model == Model.Demo && maxStep == 1) continue; // the small models do that
            using var runner = NewRunner(model, new ModelOptions { Kv = kv, MaxStepPositions = maxStep }, threads);
            var found = new LogitsRecorder(runner).Mixed(utterances, random, maxPiece);
            for (int i = 0; i < utterances.Length; i++)
            {
                LogitsAssert.SameBits(
                    expected[i], found[i], $"{model}, seed 11, steps of {maxStep}, pieces of {maxPiece}, {threads} threads, utterance {i}");
            }
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Extend_OnePositionAtATime_SameBitsAsPrefill(Model model, DType kv)
    {
        using var runner = NewRunner(model, new ModelOptions { Kv = kv });
        var recorder = new LogitsRecorder(runner);
        var utterance = Random(model, new Random(12), maxFrames: 400);
        var expected = recorder.Whole(utterance);
        var audio = runner.Encode(utterance.Windows);
        int sequence = runner.OpenSequence();

        for (int position = 0; position < expected.Length; position++)
        {
            var logits = recorder.Extend([recorder.Piece(utterance, audio, sequence, position, 1)], new Prediction[1]);
            TensorAssert.SameBits(expected[position], logits[0], $"{model}, seed 12, position {position}");
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Extend_WeightsStoredAsBf16OrF32_SameBits(Model model, DType kv)
    {
        using var bf16 = NewRunner(model, new ModelOptions { Kv = kv, Weights = DType.BF16 });
        using var f32 = NewRunner(model, new ModelOptions { Kv = kv, Weights = DType.F32 });
        var utterance = Random(model, new Random(13));

        LogitsAssert.SameBits(new LogitsRecorder(f32).Whole(utterance), new LogitsRecorder(bf16).Whole(utterance), $"{model}");
    }

    [Theory, MemberData(nameof(Models))]
    public void TryFork_ThenTruncated_EachSameBitsAsFresh(Model model, DType kv)
    {
        using var runner = NewRunner(model, new ModelOptions { Kv = kv });
        var recorder = new LogitsRecorder(runner);
        var random = new Random(14);
        var utterance = Random(model, random);
        var expected = recorder.Whole(utterance);
        int length = utterance.Ids.Length, free = runner.FreeKvBlocks;
        var audio = runner.Encode(utterance.Windows);
        int sequence = runner.OpenSequence();
        recorder.Extend([recorder.Piece(utterance, audio, sequence, 0, length)], new Prediction[length]);

        for (int round = 0; round < 4; round++)
        {
            int kept = random.Next(length);
            Assert.True(runner.TryFork(sequence, out int fork));
            runner.Truncate(fork, kept);
            var wrong = new Extension(fork, new int[5], Array.Empty<int>()); // a draft that is taken back
            recorder.Extend([wrong], []);
            runner.Truncate(fork, kept);
            var found = recorder.Extend([recorder.Piece(utterance, audio, fork, kept, length - kept)], new Prediction[length - kept]);

            LogitsAssert.SameBits(expected[kept..], found, $"{model}, seed 14, kept {kept} of {length}");
            runner.CloseSequence(fork);
        }
        runner.CloseSequence(sequence);
        Assert.Equal(free, runner.FreeKvBlocks);
    }

    [Fact]
    public void Extend_OutputsOfSomePositions_PredictionsInTheirOrder()
    {
        using var runner = NewRunner(Model.Uneven, new ModelOptions { MaxStepPositions = 13 });
        var random = new Random(15);
        Utterance[] utterances = [.. Enumerable.Range(0, 3).Select(_ => Random(Model.Uneven, random))];
        var recorder = new LogitsRecorder(runner);
        var batch = new List<Extension>();
        var expected = new List<Prediction>();
        foreach (var utterance in utterances)
        {
            recorder.Whole(utterance, out var all);
            int[] outputs = [.. Enumerable.Range(0, utterance.Ids.Length).Where(_ => random.Next(10) == 0)];
            expected.AddRange(outputs.Select(output => all[output]));
            batch.Add(new Extension(runner.OpenSequence(), utterance.Ids, outputs, runner.Encode(utterance.Windows)));
        }

        var found = new Prediction[expected.Count];
        runner.Extend(batch.ToArray(), found);

        Assert.Equal(expected, found);
    }

    private static Utterance Random(Model model, Random random, int maxFrames = 1000) =>
        Utterance.Random(ConfigOf(model), random, maxFrames);

    private static ModelConfig ConfigOf(Model model)
    {
        if (model != Model.Demo) return model == Model.Tiny ? TinyConfigs.Asr : RandomModels.Uneven;
        using var checkpoint = Checkpoint.Open(Path.Combine(RepositoryPaths.Models, "demo-asr"));
        return checkpoint.Config;
    }

    private static ModelRunner NewRunner(Model model, ModelOptions options, int threads = 2)
    {
        if (model != Model.Demo) return RandomModels.NewRunner(ConfigOf(model), seed: 3, options, threads);
        using var checkpoint = Checkpoint.Open(Path.Combine(RepositoryPaths.Models, "demo-asr"));
        return new ModelRunner(CpuOps.Create(threads), checkpoint, options);
    }
}

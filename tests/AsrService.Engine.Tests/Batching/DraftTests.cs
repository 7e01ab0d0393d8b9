using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Tests.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

/// <summary>A draft saves steps and changes nothing, whatever is in it.</summary>
[Trait("Category", "Conformance")]
public sealed class DraftTests
{
    private static readonly float[] Sound = TestSignals.Syllables(3);

    [Fact]
    public void Run_DraftWrongAtEveryPlace_GivesTheUnconstrainedAnswer()
    {
        using var recognizer = TinyRecognizer.New();
        var plain = Run(recognizer, [], piece: int.MaxValue, out _);
        Assert.True(plain.TokenIds.Distinct().Count() >= 4, string.Join(" ", plain.TokenIds));
        for (int wrong = 0; wrong <= plain.TokenIds.Count; wrong++)
        {
            int[] draft = [.. plain.TokenIds];
            if (wrong < draft.Length) draft[wrong] = (draft[wrong] + 1) % 256;
            foreach (int piece in (int[])[int.MaxValue, 7, 1])
            {
                SegmentAssert.Same(plain, Run(recognizer, draft, piece, out int confirmed));
                Assert.Equal(Math.Min(wrong, draft.Length - (IsCutShort(plain) ? 1 : 0)), confirmed);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_RandomDrafts_GiveTheUnconstrainedAnswer(int seed)
    {
        var random = new Random(seed);
        using var recognizer = TinyRecognizer.New();
        foreach (int budget in (int[])[1, 2, 30])
        {
            var config = new DecodingConfig { MaxNewTokens = budget };
            var plain = Run(recognizer, [], int.MaxValue, out _, config);
            for (int i = 0; i < 25; i++)
            {
                int right = random.Next(plain.TokenIds.Count + 1);
                int[] draft = [.. plain.TokenIds.Take(right), .. Enumerable.Range(0, random.Next(3) * random.Next(40)).Select(_ => random.Next(256))];

                var found = Run(recognizer, draft, random.Next(1, 60), out int confirmed, config);

                SegmentAssert.Same(plain, found);
                Assert.InRange(confirmed, 0, Math.Min(draft.Length, budget - 1));
                Assert.True(confirmed >= Math.Min(right, budget - 1), $"{confirmed} of {right} confirmed");
            }
        }
    }

    [Fact]
    public void Run_RestrictedLanguages_DraftGivesTheSameAnswer()
    {
        using var recognizer = TinyRecognizer.New();
        var config = new DecodingConfig { Languages = [LanguageCatalog.All[0], LanguageCatalog.All[1]] };
        var plain = Run(recognizer, [], int.MaxValue, out _, config);

        var found = Run(recognizer, plain.TokenIds, piece: 5, out int confirmed, config);

        SegmentAssert.Same(plain, found);
        Assert.True(confirmed > 0);
    }

    [Fact]
    public void Run_ConfirmedDraft_TakesOneCallForAllOfIt()
    {
        using var bench = new LoopBench();
        var plain = Run(bench.Recognizer, [], int.MaxValue, out _);
        int calls = bench.Model.ExtendCalls;

        Run(bench.Recognizer, plain.TokenIds, int.MaxValue, out int confirmed);

        Assert.Equal((1, plain.TokenIds.Count), (bench.Model.ExtendCalls - calls, confirmed));
    }

    [Fact]
    public void Run_WrongDraft_LeavesNoneOfItInTheCache()
    {
        using var bench = new LoopBench();
        var plain = Run(bench.Recognizer, [], int.MaxValue, out _);
        int[] draft = [.. plain.TokenIds.Take(6), 1, 2, 3, 4];
        using var clip = bench.Recognizer.NewClip();
        clip.Append(Sound);
        var job = new DecodeJob(bench.Recognizer, clip, DecodingConfig.Default, isExact: false, ownsClip: false, draft);
        using var steps = new ModelSteps<DecodeJob>(bench.Model);
        steps.Encode([job], int.MaxValue, static () => true);

        steps.Prefill([job], int.MaxValue);

        Assert.True(job.IsDecoding);
        Assert.Equal(job.PromptIds.Count + 6, bench.Model.LengthOf(clip.Sequence));
        Finish(steps, job, int.MaxValue);
        job.Release();
        Assert.Equal(bench.Recognizer.Format.HeadLength(DecodingConfig.Default), bench.Model.LengthOf(clip.Sequence));
    }

    private static bool IsCutShort(SegmentResult result) =>
        (result.Remarks & (SegmentRemarks.Truncated | SegmentRemarks.RepetitionCut)) != 0;

    private static SegmentResult Run(
        Recognizer recognizer, IReadOnlyList<int> draft, int piece, out int confirmed, DecodingConfig? config = null)
    {
        using var clip = recognizer.NewClip();
        clip.Append(Sound);
        var job = new DecodeJob(recognizer, clip, config ?? DecodingConfig.Default, isExact: true, ownsClip: false, draft);
        using var steps = new ModelSteps<DecodeJob>(recognizer.Runner);
        steps.Encode([job], int.MaxValue, static () => true);
        Finish(steps, job, piece);
        confirmed = job.ConfirmedDraft;
        return job.Finish();
    }

    private static void Finish(ModelSteps<DecodeJob> steps, DecodeJob job, int piece)
    {
        while (!job.IsFinished)
        {
            if (job.NeedsPrefill) steps.Prefill([job], piece);
            else steps.Decode([job]);
        }
        Assert.Null(job.Fault);
    }
}

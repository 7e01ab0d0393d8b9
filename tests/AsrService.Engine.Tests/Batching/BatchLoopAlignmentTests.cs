using AsrService.Engine.Alignment;
using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Tests.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

/// <summary>Alignments and decodings in one loop: whose turn it is, and that neither harms the other.</summary>
[Trait("Category", "Unit")]
public sealed class BatchLoopAlignmentTests
{
    private const int OneWindow = 40; // the only work that costs time, and all that a step has time for

    private static readonly float[] Window = TestSignals.Syllables(8);
    private static readonly float[][] Clips = [.. Enumerable.Range(0, 6).Select(i => TestSignals.Syllables(2 + 3 * i, seed: i))];

    [Fact]
    public void Step_EveryClassWaits_StartsFreshAlignmentsBehindRefreshesBeforeFiles()
    {
        using var bench = OneWindowAStep();
        AddEveryClass(bench);

        bench.Run();

        Assert.Equal(["final", "first", "refresh", "alignment", "file"], bench.Log);
    }

    [Fact]
    public void Step_AlignmentWaited200Milliseconds_GoesBeforeRefreshes()
    {
        using var bench = OneWindowAStep();
        bench.AddAlignment("late", Window);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(199));
        AddEveryClass(bench);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));

        bench.Run();

        Assert.Equal(["final", "first", "late", "refresh", "alignment", "file"], bench.Log);
    }

    [Fact]
    public void Step_AlignmentWaitedFiveSeconds_GoesBeforeFinals()
    {
        using var bench = OneWindowAStep();
        bench.AddAlignment("late", Window);
        bench.Clock.Advance(TimeSpan.FromSeconds(5.1));
        AddEveryClass(bench);

        bench.Run();

        Assert.Equal(["late", "final", "first"], bench.Log[..3]);
    }

    [Theory]
    [InlineData(WorkClass.Final)]
    [InlineData(WorkClass.FirstRefresh)]
    [InlineData(WorkClass.Refresh)]
    internal void Step_EndlessDecodings_AlignmentsAreStillServed(WorkClass endless)
    {
        using var bench = new LoopBench();
        bench.Model.Cost = bench.AlignerModel.Cost = ScriptedCost.Of(bench.Clock, window: 100, position: 1, call: 2);
        for (int i = 0; i < 20; i++) bench.AddSource("ahead", endless, isEndless: true).Add(TestSignals.Syllables(1));
        var texts = Clips.Select((clip, i) => bench.AddAlignment($"{i}", clip)).ToList();

        long start = bench.Clock.GetTimestamp();
        while (!texts.TrueForAll(text => text.Done.IsCompletedSuccessfully))
        {
            Assert.True(bench.Clock.GetElapsedTime(start) < TimeSpan.FromMinutes(3), "alignments starve");
            bench.Loop.Step();
        }

        int fewest = endless == WorkClass.Refresh ? 1 : 11; // late alignments go before refreshes
        Assert.True(bench.Log.Count(name => name == "ahead") >= fewest, "those ahead go on meanwhile");
    }

    [Theory]
    [InlineData(WorkClass.Final)]
    [InlineData(WorkClass.Refresh)]
    [InlineData(WorkClass.File)]
    internal void Step_EndlessAlignments_DecodingsAreStillServed(WorkClass starving)
    {
        using var bench = new LoopBench();
        bench.Model.Cost = bench.AlignerModel.Cost = ScriptedCost.Of(bench.Clock, window: 100, position: 1, call: 2);
        var behind = bench.AddSource("behind", starving);
        for (int i = 0; i < 3; i++) behind.Add(TestSignals.Syllables(20));

        long start = bench.Clock.GetTimestamp();
        var texts = new List<ScriptedAlignment>();
        while (behind.Results.Count < 3)
        {
            Assert.True(bench.Clock.GetElapsedTime(start) < TimeSpan.FromMinutes(3), $"{behind.Results.Count} of 3 are done");
            texts.RemoveAll(text => text.Done.IsCompleted);
            while (texts.Count < 20) texts.Add(bench.AddAlignment("ahead", Clips[0]));
            bench.Loop.Step();
        }

        Assert.True(bench.Log.Count(name => name == "ahead") > 30, "alignments go on meanwhile");
    }

    [Theory]
    [InlineData(60, 1, 5)]
    [InlineData(500, 1, 5)]
    [InlineData(5, 2, 40)]
    public void Step_TwoCostlyModels_OverrunsByAUnitAtMost(double window, double position, double call)
    {
        const double Budget = 250;
        using var bench = new LoopBench(Budget);
        bench.Model.Cost = bench.AlignerModel.Cost = ScriptedCost.Of(bench.Clock, window, position, call);
        for (int i = 0; i < 12; i++)
        {
            bench.AddSource($"{i}", (WorkClass)(i % 5)).Add(TestSignals.Syllables(1 + 2 * i, seed: i));
            bench.AddAlignment($"text {i}", TestSignals.Syllables(1 + 2 * i, seed: i));
        }
        double unit = window + (call + 16 * position) + (call + 24 * position); // window, tile of a prompt, decode step

        double longest = 0;
        while (true)
        {
            long start = bench.Clock.GetTimestamp();
            if (!bench.Loop.Step()) break;
            longest = Math.Max(longest, bench.Clock.GetElapsedTime(start).TotalMilliseconds);
        }

        Assert.True(longest <= Budget + unit, $"a step took {longest} ms, {unit} ms more than {Budget} are allowed");
        bench.AssertNothingHeld();
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Step_AnyCuttingAndNeighbours_GivesWhatEachGivesAlone(int seed)
    {
        var random = new Random(seed);
        using var bench = new LoopBench(budget: 20 + 200 * random.NextDouble());
        var texts = Clips.Select(clip => new AlignmentRequest(clip, string.Join(' ', Enumerable.Repeat("word", random.Next(1, 40))), null)).ToList();
        var alone = texts.Select(bench.Aligner.Align).ToList();
        var decoded = Clips.Select(clip => bench.Recognizer.DecodeSegment(clip, DecodingConfig.Default)).ToList();
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, 100 * random.NextDouble(), 3 * random.NextDouble(), 5 * random.NextDouble());
        bench.AlignerModel.Cost = ScriptedCost.Of(bench.Clock, 100 * random.NextDouble(), 3 * random.NextDouble(), 5 * random.NextDouble());
        var alignments = texts.Select((text, i) => bench.AddAlignment($"text {i}", Clips[i], text.Text)).ToList();
        var sources = Clips.Select((clip, i) => bench.AddSource($"{i}", (WorkClass)random.Next(5))).ToList();
        for (int i = 0; i < Clips.Length; i++) sources[i].Add(Clips[i]);

        bench.Run();

        for (int i = 0; i < Clips.Length; i++)
        {
            Assert.True(alignments[i].Done.IsCompletedSuccessfully);
            Assert.Equal(alone[i].Units, alignments[i].Result.Units);
            SegmentAssert.Same(decoded[i], Assert.Single(sources[i].Results));
        }
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Step_AlignmentsCancelledInAnyPhase_FreesAllAndHarmsNobody()
    {
        for (int cancelledAt = 0; cancelledAt < 30; cancelledAt++)
        {
            using var bench = new LoopBench(budget: 60);
            bench.Model.Cost = bench.AlignerModel.Cost = ScriptedCost.Of(bench.Clock, window: 50, position: 0.5, call: 1);
            var decoding = bench.AddSource("final", WorkClass.Final);
            decoding.Add(Clips[5]);
            var texts = Clips.Select((clip, i) => bench.AddAlignment($"{i}", clip)).ToList();
            for (int i = 0; i < cancelledAt; i++) bench.Loop.Step();
            foreach (int i in (int[])[1, 4]) texts[i].Cancel();

            bench.Run();

            foreach (int i in (int[])[0, 2, 3, 5]) Assert.Equal(Alone(i).Units, texts[i].Result.Units);
            Assert.Single(decoding.Results);
            Assert.All(texts, text => Assert.True(text.IsReleased));
            bench.AssertNothingHeld();
        }
    }

    [Theory, InlineData(0), InlineData(3)]
    public void Step_PassThrowsForOneText_OnlyThatOneFails(int broken)
    {
        using var bench = new LoopBench(budget: 10_000); // all in one batch, sequences in the order of the clips
        bench.AlignerModel.Feeding = sequence =>
        {
            if (sequence == broken) throw new InvalidOperationException("broken");
        };

        AssertHarmed(bench, broken);
    }

    [Fact]
    public void Step_NotANumber_OnlyThatTextFails()
    {
        using var bench = new LoopBench(budget: 10_000);
        bench.AlignerModel.Script = prompt => prompt.Sequence == 2 ? [1, ScriptedModel.NotANumber] : LoopBench.SayTimes(prompt);

        AssertHarmed(bench, harmed: 2);
    }

    [Fact]
    public void Step_EncodingAlwaysThrows_OnlyTheTextsFail()
    {
        using var bench = new LoopBench();
        bench.AlignerModel.WindowEncoding = static () => throw new InvalidOperationException("broken");
        var texts = Clips.Select((clip, i) => bench.AddAlignment($"{i}", clip)).ToList();
        var decoding = bench.AddSource("final", WorkClass.Final);
        decoding.Add(Clips[0]);

        bench.Run();

        Assert.All(texts, text => Assert.True(text.Done.IsFaulted));
        Assert.Single(decoding.Results);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Step_80Texts_64AreAlignedTogetherAndTheRestFollows()
    {
        using var bench = new LoopBench();
        var texts = Enumerable.Range(0, 80).Select(i => bench.AddAlignment($"{i}", Clips[0])).ToList();

        bench.Run();

        Assert.All(texts, text => Assert.True(text.Done.IsCompletedSuccessfully));
        Assert.Equal(64, bench.AlignerModel.PeakSequences);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Step_CacheHoldsFewTexts_NoneLacksBlocksAndAllAreAligned()
    {
        using var bench = new LoopBench(kvBlocks: 12); // the longest takes 4
        var texts = Enumerable.Range(0, 5).SelectMany(_ => Clips).Select((clip, i) => bench.AddAlignment($"{i}", clip)).ToList();

        bench.Run();

        Assert.All(texts, text => Assert.True(text.Done.IsCompletedSuccessfully));
        Assert.InRange(bench.AlignerModel.PeakKvBlocks, 4, 12);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Dispose_AlignmentsInEveryPhase_FreesAll()
    {
        for (int steps = 0; steps < 15; steps++)
        {
            var bench = new LoopBench(budget: 60);
            bench.AlignerModel.Cost = ScriptedCost.Of(bench.Clock, window: 50, position: 0.5, call: 1);
            var texts = Clips.Select((clip, i) => bench.AddAlignment($"{i}", clip)).ToList();
            for (int i = 0; i < steps; i++) bench.Loop.Step();

            bench.Dispose();

            Assert.All(texts, text => Assert.True(text.Done.IsCompleted));
            bench.AssertNothingHeld();
        }
    }

    private static LoopBench OneWindowAStep()
    {
        var bench = new LoopBench(budget: OneWindow);
        bench.Model.Cost = bench.AlignerModel.Cost = ScriptedCost.Of(bench.Clock, OneWindow, position: 0, call: 0);
        return bench;
    }

    private static void AddEveryClass(LoopBench bench)
    {
        bench.AddSource("file", WorkClass.File).Add(Window);
        bench.AddAlignment("alignment", Window);
        bench.AddSource("refresh", WorkClass.Refresh).Add(Window);
        bench.AddSource("first", WorkClass.FirstRefresh).Add(Window);
        bench.AddSource("final", WorkClass.Final).Add(Window);
    }

    private static void AssertHarmed(LoopBench bench, int harmed)
    {
        var texts = Clips.Select((clip, i) => bench.AddAlignment($"{i}", clip)).ToList();
        var decoding = bench.AddSource("final", WorkClass.Final);
        decoding.Add(Clips[0]);

        bench.Run();

        for (int i = 0; i < Clips.Length; i++)
        {
            if (i == harmed) Assert.True(texts[i].Done.IsFaulted);
            else Assert.Equal(Alone(i).Units, texts[i].Result.Units);
        }
        Assert.Single(decoding.Results);
        bench.AssertNothingHeld();
    }

    private static AlignedText Alone(int clip)
    {
        using var undisturbed = new LoopBench();
        return undisturbed.Aligner.Align(new AlignmentRequest(Clips[clip], "one two three", Language: null));
    }
}

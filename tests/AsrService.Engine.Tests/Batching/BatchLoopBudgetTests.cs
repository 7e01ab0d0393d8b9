using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Tests.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

[Trait("Category", "Unit")]
public sealed class BatchLoopBudgetTests
{
    [Theory]
    [InlineData(60, 1, 5)]
    [InlineData(60, 5, 5)]
    [InlineData(500, 1, 5)]
    [InlineData(5, 2, 40)]
    [InlineData(1, 0.1, 300)] // a decode step alone is over the budget
    public void Step_CostlyModel_OverrunsByAUnitAtMost(double window, double position, double call)
    {
        const double Budget = 250;
        using var bench = new LoopBench(Budget);
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window, position, call);
        var random = new Random(1);
        for (int i = 0; i < 12; i++)
        {
            var source = bench.AddSource($"{i}", (WorkClass)(i % 5), atOnce: 2);
            for (int n = 0; n < 3; n++) source.Add(TestSignals.Syllables(1 + 25 * random.NextDouble(), seed: i));
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

    [Fact]
    public void Step_LongPrompt_IsCutAndOthersDecodeInBetween()
    {
        using var bench = new LoopBench(budget: 100);
        bench.Model.Script = _ => [.. Enumerable.Repeat(0, 60).Select((_, i) => 'a' + i % 26)];
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 1, position: 2, call: 1);
        bench.AddSource("short", WorkClass.Final).Add(TestSignals.Syllables(1));
        while (!bench.Model.Fed.Exists(feed => feed.Ids.Count == 1)) bench.Loop.Step();
        bench.AddSource("long", WorkClass.Final).Add(TestSignals.Syllables(25)); // over 325 positions, 650 ms
        bench.Run();

        var pieces = bench.Model.Fed.Where(feed => feed.Sequence == 1 && feed.Ids.Count > 1).ToList();
        Assert.True(pieces.Count >= 5, $"{pieces.Count} pieces");
        int between = bench.Model.Fed.Count(feed => feed.Sequence == 0 && feed.Call > pieces[0].Call && feed.Call < pieces[^1].Call);
        Assert.True(between >= pieces.Count - 1, $"{between} tokens between {pieces.Count} pieces");
    }

    [Fact]
    public void Step_ManyWindows_AreCutAndOthersDecodeInBetween()
    {
        using var bench = new LoopBench(budget: 100);
        bench.Model.Script = _ => [.. Enumerable.Repeat(0, 60).Select((_, i) => 'a' + i % 26)];
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 80, position: 0.01, call: 1);
        bench.AddSource("short", WorkClass.Final).Add(TestSignals.Syllables(1));
        while (!bench.Model.Fed.Exists(feed => feed.Ids.Count == 1)) bench.Loop.Step();
        int before = Tokens(bench);
        bench.AddSource("long", WorkClass.File).Add(TestSignals.Syllables(60)); // 8 windows
        while (bench.Model.OpenSequences < 2) bench.Loop.Step();

        Assert.InRange(Tokens(bench) - before, 7, 9);
        bench.Run();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Step_AnyCutting_GivesTheResultOfEachAlone(int seed)
    {
        var random = new Random(seed);
        float[][] clips = [.. Enumerable.Range(0, 24).Select(i => TestSignals.Syllables(0.3 + 20 * random.NextDouble(), seed: i))];
        using var bench = new LoopBench(budget: 20 + 200 * random.NextDouble());
        var alone = clips.Select(clip => bench.Recognizer.DecodeSegment(clip, DecodingConfig.Default)).ToList();
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, 100 * random.NextDouble(), 3 * random.NextDouble(), 5 * random.NextDouble());
        var sources = clips.Select((clip, i) =>
        {
            var source = bench.AddSource($"{i}", (WorkClass)random.Next(5));
            source.Add(clip);
            return source;
        }).ToList();

        bench.Run();

        for (int i = 0; i < clips.Length; i++) SegmentAssert.Same(alone[i], Assert.Single(sources[i].Results));
        bench.AssertNothingHeld();
    }

    private static int Tokens(LoopBench bench) => bench.Model.Fed.Count(feed => feed.Sequence == 0 && feed.Ids.Count == 1);
}

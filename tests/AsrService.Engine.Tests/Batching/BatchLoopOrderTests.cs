using AsrService.Engine.Batching;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

[Trait("Category", "Unit")]
public sealed class BatchLoopOrderTests
{
    private static readonly float[] Second = TestSignals.Syllables(1);
    private static readonly float[] OverAWindow = TestSignals.Syllables(8.5); // as much as starts in a step
    private static readonly float[] Long = TestSignals.Syllables(20);

    [Fact]
    public void Step_EveryClassWaits_StartsFinalsThenFirstRefreshesThenRefreshesThenFiles()
    {
        using var bench = new LoopBench();
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 250, position: 1, call: 1); // one window a step
        AddOne(bench, "file", WorkClass.File);
        AddOne(bench, "refresh", WorkClass.Refresh);
        AddOne(bench, "first", WorkClass.FirstRefresh);
        AddOne(bench, "final", WorkClass.Final);

        bench.Run();

        Assert.Equal(["final", "first", "refresh", "file"], bench.Log);
    }

    [Fact]
    public void Step_Refreshes_StartsTheOldestDueFirst()
    {
        using var bench = new LoopBench();
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 250, position: 1, call: 1);
        var sources = new Dictionary<string, ScriptedSource>();
        foreach (string name in (string[])["c", "a", "b"]) sources[name] = bench.AddSource(name, WorkClass.Refresh);
        foreach (string name in (string[])["a", "b", "c"])
        {
            sources[name].Add(OverAWindow);
            bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        bench.Run();

        Assert.Equal(["a", "b", "c"], bench.Log);
    }

    [Theory]
    [InlineData(WorkClass.Final, WorkClass.Refresh)]
    [InlineData(WorkClass.Final, WorkClass.File)]
    [InlineData(WorkClass.Refresh, WorkClass.File)]
    internal void Step_EndlessWorkAhead_OthersAreStillServed(WorkClass endless, WorkClass starving)
    {
        using var bench = new LoopBench();
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 100, position: 1, call: 2);
        for (int i = 0; i < 20; i++) bench.AddSource("ahead", endless, isEndless: true).Add(Second);
        var behind = bench.AddSource("behind", starving);
        for (int i = 0; i < 3; i++) behind.Add(Long);

        var served = new List<TimeSpan>();
        long start = bench.Clock.GetTimestamp();
        for (int steps = 0; behind.Results.Count < 3; steps++)
        {
            Assert.True(steps < 2_000, $"{behind.Results.Count} of 3 done after {bench.Clock.GetElapsedTime(start)}");
            bench.Loop.Step();
            while (served.Count < behind.Results.Count) served.Add(bench.Clock.GetElapsedTime(start));
        }

        Assert.True(served[2] < TimeSpan.FromMinutes(3), $"{served[2]}");
        Assert.True(bench.Log.Count(name => name == "ahead") > 30, "those ahead go on meanwhile");
    }

    [Fact]
    public void Step_WorkOfLowRankThatWaitedItsPatience_GoesBeforeFinals()
    {
        using var bench = new LoopBench();
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 250, position: 1, call: 1);
        AddOne(bench, "file", WorkClass.File);
        AddOne(bench, "refresh", WorkClass.Refresh);
        bench.Clock.Advance(TimeSpan.FromSeconds(2.1)); // more than a recording's patience, less than a refresh's
        AddOne(bench, "final", WorkClass.Final);

        bench.Run();

        Assert.Equal(["file", "final", "refresh"], bench.Log);
    }

    [Fact]
    public void Step_128Decoding_AllGetATokenInOneCall()
    {
        using var bench = new LoopBench();
        bench.Model.Script = _ => [.. Enumerable.Repeat(0, 40).Select((_, i) => 'a' + i % 26)];
        for (int i = 0; i < 128; i++) bench.AddSource($"{i}", WorkClass.Final).Add(Second);
        while (bench.Loop.WorkCount < 128 || bench.Model.Fed.Count < 128) bench.Loop.Step();
        int calls = bench.Model.ExtendCalls, rows = bench.Model.Rows;

        for (int i = 0; i < 10; i++) bench.Loop.Step();

        Assert.Equal((10, 1280), (bench.Model.ExtendCalls - calls, bench.Model.Rows - rows));
        bench.Run();
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Step_MoreThan128Decoding_RecordingsShareByTurns()
    {
        using var bench = new LoopBench();
        bench.Model.Script = _ => [.. Enumerable.Repeat(0, 60).Select((_, i) => 'a' + i % 26)];
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 0, position: 0, call: 1);
        for (int i = 0; i < 200; i++) bench.AddSource($"{i}", WorkClass.File).Add(Second);
        while (bench.Model.OpenSequences < 200) bench.Loop.Step();
        while (bench.Loop.WorkCount == 200) bench.Loop.Step();

        int[] tokens = [.. bench.Model.Fed.Where(feed => feed.Ids.Count == 1).GroupBy(feed => feed.Sequence).Select(feeds => feeds.Count())];

        Assert.Equal(200, tokens.Length);
        Assert.True(tokens.Min() >= 25, $"the slowest has {tokens.Min()} tokens when the first is done"); // 128/200 of 60 is 38
        bench.Run();
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Step_WorkJoinsWhileOthersDecode_NobodyMissesAStep()
    {
        using var bench = new LoopBench();
        bench.Model.Script = prompt => [.. Enumerable.Repeat(0, 20 + prompt.Sequence).Select((_, i) => 'a' + i % 26)];
        bench.AddSource("a", WorkClass.Final).Add(Second);
        for (int i = 0; i < 5; i++) bench.Loop.Step();
        int before = Tokens(bench, 0);
        bench.AddSource("b", WorkClass.Final).Add(Second);

        for (int i = 0; i < 3; i++) bench.Loop.Step();

        Assert.Equal(before + 3, Tokens(bench, 0));
        Assert.True(Tokens(bench, 1) > 0);
        bench.Run();
    }

    private static int Tokens(LoopBench bench, int sequence) =>
        bench.Model.Fed.Count(feed => feed.Sequence == sequence && feed.Ids.Count == 1);

    private static void AddOne(LoopBench bench, string name, WorkClass workClass) => bench.AddSource(name, workClass).Add(OverAWindow);
}

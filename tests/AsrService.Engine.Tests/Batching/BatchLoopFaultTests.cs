using AsrService.Engine.Batching;
using AsrService.Engine.Decoding;
using AsrService.Engine.Tests.Decoding;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

[Trait("Category", "Unit")]
public sealed class BatchLoopFaultTests
{
    private static readonly float[][] Clips = [.. Enumerable.Range(0, 6).Select(i => TestSignals.Syllables(2 + 3 * i, seed: i))];

    [Fact]
    public void Step_ExtendThrowsOnce_NobodyInABatchIsHarmed() =>
        AssertHarmed([], bench => bench.Model.Extending = Once(afterCalls: 5));

    [Fact]
    public void Step_EncodingThrowsOnce_NobodyInAPackIsHarmed() =>
        AssertHarmed([], bench => bench.Model.WindowEncoding = Once(afterCalls: 4));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void Step_ExtendThrowsForOneSequence_OnlyThatOneFails(int broken) => AssertHarmed([broken], bench =>
        bench.Model.Feeding = sequence =>
        {
            if (sequence == broken && bench.Model.LengthOf(sequence) > 40) throw new InvalidOperationException("broken");
        });

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Step_NotANumber_OnlyThatOneFails(int after) => AssertHarmed([2], bench => bench.Model.Script = prompt =>
        prompt.Sequence == 2 ? [.. LoopBench.Say(prompt).Take(after), ScriptedModel.NotANumber] : LoopBench.Say(prompt));

    [Fact]
    public void Step_EncodingAlwaysThrows_AllFailAndTheLoopGoesOn()
    {
        using var bench = new LoopBench();
        var sources = Start(bench);
        bench.Model.WindowEncoding = static () => throw new InvalidOperationException("broken");
        bench.Run();
        Assert.All(sources, source => Assert.Single(source.Faults));
        bench.AssertNothingHeld();

        bench.Model.WindowEncoding = null;
        sources[0].Add(Clips[0]);
        bench.Run();

        Assert.Single(sources[0].Results);
    }

    [Fact]
    public void Step_AllOfAnEncodingAreClosed_LaterWorkStillStarts()
    {
        using var bench = new LoopBench(budget: 100);
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 90, position: 0.1, call: 1);
        var closed = bench.AddSource("closed", WorkClass.File);
        closed.Add(Clips[5]);
        bench.Loop.Step();
        Assert.True(bench.Model.LiveEmbeddings > 0, "its windows are half way");
        closed.IsClosed = true;
        var later = bench.AddSource("later", WorkClass.Final);
        later.Add(Clips[0]);

        bench.Run();

        Assert.Single(later.Results);
        Assert.True(closed.IsReleased);
        bench.AssertNothingHeld();
    }

    [Fact]
    public void Step_SourceClosedInAnyPhase_FreesAllAndHarmsNobody()
    {
        for (int closedAt = 0; closedAt < 40; closedAt++)
        {
            using var bench = new LoopBench(budget: 60);
            bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 50, position: 0.5, call: 1);
            var sources = Start(bench);
            for (int i = 0; i < closedAt; i++) bench.Loop.Step();
            sources[1].IsClosed = sources[4].IsClosed = true;

            bench.Run();

            foreach (int i in (int[])[0, 2, 3, 5]) SegmentAssert.Same(Alone(i), Assert.Single(sources[i].Results));
            Assert.Equal(1, sources[4].Results.Count + sources[4].Faults.Count + sources[4].WaitingCount);
            bench.AssertNothingHeld();
        }
    }

    [Fact]
    public void Step_StartThrows_IsThatSourcesFaultAlone()
    {
        using var bench = new LoopBench();
        var source = bench.AddSource("too long", WorkClass.File);
        source.Add(new float[1], new DecodingConfig { ForcedTokens = 1, Context = new string('x', 70_000) });
        var other = bench.AddSource("other", WorkClass.File);
        other.Add(Clips[0]);

        bench.Run();

        Assert.IsType<ModelFaultException>(Assert.Single(source.Faults));
        Assert.Single(other.Results);
    }

    [Fact]
    public void Dispose_WorkInEveryPhase_FreesAll()
    {
        for (int steps = 0; steps < 30; steps++)
        {
            var bench = new LoopBench(budget: 60);
            bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 50, position: 0.5, call: 1);
            Start(bench);
            for (int i = 0; i < steps; i++) bench.Loop.Step();

            bench.Dispose();

            bench.AssertNothingHeld();
        }
    }

    private static Action Once(int afterCalls)
    {
        int calls = 0;
        return () => _ = ++calls == afterCalls ? throw new InvalidOperationException("once") : 0;
    }

    private static SegmentResult Alone(int clip)
    {
        using var undisturbed = new LoopBench();
        return undisturbed.Recognizer.DecodeSegment(Clips[clip], DecodingConfig.Default);
    }

    private static List<ScriptedSource> Start(LoopBench bench)
    {
        var sources = new List<ScriptedSource>();
        foreach (float[] clip in Clips)
        {
            sources.Add(bench.AddSource($"{sources.Count}", WorkClass.Final));
            sources[^1].Add(clip);
        }
        return sources;
    }

    private static void AssertHarmed(int[] harmed, Action<LoopBench> breakIt)
    {
        using var bench = new LoopBench(budget: 10_000); // all in one batch, sequences in the order of the clips
        var sources = Start(bench);
        breakIt(bench);

        bench.Run();

        for (int i = 0; i < Clips.Length; i++)
        {
            if (harmed.Contains(i)) Assert.Single(sources[i].Faults);
            else SegmentAssert.Same(Alone(i), Assert.Single(sources[i].Results));
        }
        bench.AssertNothingHeld();
    }
}

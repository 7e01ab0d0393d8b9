using AsrService.Engine.Batching;
using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Sessions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

/// <summary>Whatever becomes of sessions, the model gets everything back, and is never asked for more than there is.</summary>
[Trait("Category", "Unit")]
public sealed class SessionReleaseTests
{
    [Fact]
    public async Task DisposeAsync_AtAnyStep_FreesAll()
    {
        float[] talk = TestSignals.Syllables(34); // cut at 30 s: its first final waits for the next part's text
        for (int steps = 0; steps < 60; steps += 3)
        {
            using var bench = new LoopBench(budget: 60);
            bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 50, position: 0.5, call: 1);
            var session = bench.Open();
            await session.WriteAsync(talk.AsMemory(0, (25 + steps % 10) * 16_000), TestContext.Current.CancellationToken);
            for (int i = 0; i < steps; i++) bench.Loop.Step();
            if (steps % 2 == 0) session.Complete();

            await session.DisposeAsync();
            bench.Run();

            bench.AssertNothingHeld();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Step_RandomSessionsUpToCapacity_NeverNeedMoreBlocksThanThereAre(int seed)
    {
        var random = new Random(seed);
        using var bench = new LoopBench(kvBlocks: 95);
        var admission = new Admission(bench.Recognizer, new EngineOptions());
        bench.Model.Script = static _ => [.. Enumerable.Range(0, 500).Select(i => 'a' + i * i % 23)]; // as much as the budget allows
        var options = new SessionOptions { Context = new string('x', admission.MaxContextTokens), Words = false };
        Assert.InRange(admission.ChannelCapacity, 3, 6);
        for (int round = 0; round < 4; round++)
        {
            var sessions = Enumerable.Range(0, admission.ChannelCapacity).Select(_ => bench.Open(options)).ToList();
            foreach (var session in sessions)
                await session.WriteAsync(TestSignals.Syllables(29.5 * random.NextDouble() + 0.4), TestContext.Current.CancellationToken);
            for (int steps = random.Next(300); steps > 0; steps--) bench.Loop.Step();
            await sessions[0].DisposeAsync();
            foreach (var session in sessions.Skip(1)) session.Complete();
            bench.Run();
            foreach (var session in sessions.Skip(1))
            {
                var events = await LiveEngine.ReadAllAsync(session); // throws what the session failed of
                Assert.Contains(events, happened => happened is ResultEvent { IsFinal: true });
                await session.DisposeAsync();
            }
            bench.Run();
            bench.AssertNothingHeld();
        }
        Assert.InRange(bench.Model.PeakKvBlocks, 20, 95);
    }
}

using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>A stream costs as much after half an hour as at its start; counted, not timed.</summary>
[Trait("Category", "Conformance")]
public sealed class LiveCostTests(ITestOutputHelper output)
{
    [Theory, InlineData(30, false), InlineData(12, true)]
    public async Task Stream_HalfAnHour_WorkPerMinuteStaysTheSame(int minutes, bool isCut)
    {
        await using var script = new LiveScript();
        await script.Engine.Ready;
        await using var session = script.Engine.OpenSession(new SessionOptions());
        var channel = (LiveChannel)session.Sources[0];
        var reading = LiveEngine.ReadAllAsync(session);
        var minute = isCut ? TestKit.TestSignals.Syllables(60) : LiveScript.Phrases(60);
        var work = new List<(int Positions, int Windows, long Held)>();

        for (int i = 0; i < minutes; i++)
        {
            int positions = script.Model.Rows, windows = script.Model.EncodedWindows;
            for (int at = 0; at < minute.Length; at += 8_000)
            {
                await session.WriteAsync(minute.AsMemory(at, 8_000), TestContext.Current.CancellationToken);
                await script.Engine.WhenIdleAsync();
            }
            lock (session.Gate)
                work.Add((script.Model.Rows - positions, script.Model.EncodedWindows - windows, channel.Held));
            script.Model.Fed.Clear();
        }
        session.Complete();
        var events = await reading;
        events.AssertSound();
        var finals = events.Finals().ToList();
        int cuts = finals.Zip(finals.Skip(1)).Count(pair => pair.First.End - pair.First.Start > TimeSpan.FromSeconds(25));
        Assert.Equal(isCut, cuts >= minutes);

        output.WriteLine(
            $"positions, windows, samples held: second minute {work[1]}, last {work[^1]}; "
            + $"{finals.Count} segments, {cuts} cut");
        Assert.InRange(work[^1].Positions, 0.8 * work[1].Positions, 1.2 * work[1].Positions);
        Assert.InRange(work[^1].Windows, 0.8 * work[1].Windows, 1.2 * work[1].Windows);
        Assert.InRange(work.Max(one => one.Held), 1, 36 * LiveAudio.Rate);
        Assert.Equal(0, script.Model.LiveEmbeddings);
        Assert.Equal(0, script.Model.OpenSequences);
    }
}

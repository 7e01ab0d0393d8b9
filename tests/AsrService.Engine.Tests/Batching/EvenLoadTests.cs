using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Batching;

/// <summary>A model too slow for every refresh point: everybody loses the same share, and no final changes.</summary>
[Trait("Category", "Unit")]
public sealed class EvenLoadTests
{
    private const int Channels = 12, Seconds = 90, Chunk = 320; // 20 ms

    [Fact]
    public async Task Step_ModelTooSlowForAllPoints_SkipsEvenlyAndFinalsStayRight()
    {
        using var bench = new LoopBench(budget: 100);
        bench.Model.Cost = ScriptedCost.Of(bench.Clock, window: 25, position: 0.2, call: 2);
        float[][] audio = [.. Enumerable.Range(0, Channels).Select(i => Talk(seed: i))];
        var sessions = audio.Select(_ => bench.Open(new SessionOptions { Words = false })).ToList();

        var events = await StreamAsync(bench, sessions, audio);

        double[] shares = [.. events.Select(Share)];
        Assert.True(shares.Max() < 0.9, $"not overloaded: {shares.Max()}");
        Assert.True(shares.Min() > 0.05, $"starved: {shares.Min()}");
        Assert.True(shares.Max() - shares.Min() < 0.05, $"uneven: {string.Join(", ", shares.Select(share => $"{share:0.000}"))}");
        for (int i = 0; i < Channels; i++) AssertFinals(events[i], audio[i]);
        foreach (var session in sessions) await session.DisposeAsync();
        bench.Run();
        bench.AssertNothingHeld();
    }

    private static async Task<List<SessionEvent>[]> StreamAsync(LoopBench bench, List<TranscriptionSession> sessions, float[][] audio)
    {
        var events = sessions.Select(_ => new List<SessionEvent>()).ToArray();
        var written = TimeSpan.Zero;
        long start = bench.Clock.GetTimestamp();
        for (int at = 0; at < Seconds * 16_000;)
        {
            while (at < Seconds * 16_000 && SampleTime.Of(at + Chunk) <= bench.Clock.GetElapsedTime(start))
            {
                for (int i = 0; i < sessions.Count; i++)
                {
                    var writing = sessions[i].WriteAsync(audio[i].AsMemory(at, Chunk), TestContext.Current.CancellationToken);
                    Assert.True(writing.IsCompletedSuccessfully, "a writer has to wait");
                }
                at += Chunk;
            }
            if (!bench.Loop.Step()) bench.Clock.Advance(TimeSpan.FromMilliseconds(5));
            for (int i = 0; i < sessions.Count; i++) await DrainAsync(sessions[i], events[i]);
        }
        foreach (var session in sessions) session.Complete();
        bench.Run();
        for (int i = 0; i < sessions.Count; i++)
        {
            while (await sessions[i].ReadAsync(TestContext.Current.CancellationToken) is { } happened) events[i].Add(happened);
        }
        return events;
    }

    private static async Task DrainAsync(TranscriptionSession session, List<SessionEvent> events)
    {
        using var none = new CancellationTokenSource();
        while (true)
        {
            var reading = session.ReadAsync(none.Token);
            if (!reading.IsCompleted)
            {
                await none.CancelAsync();
                await reading.AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            }
            events.Add((await reading)!);
        }
    }

    /// <summary>Refresh points taken, of those there were.</summary>
    private static double Share(List<SessionEvent> events)
    {
        var results = events.OfType<ResultEvent>().ToList();
        double points = results.Where(result => result.IsFinal).Sum(final => (final.End - final.Start).TotalSeconds / 0.5);
        return results.Count(result => !result.IsFinal) / points;
    }

    private static void AssertFinals(List<SessionEvent> events, float[] samples)
    {
        using var undisturbed = new LoopBench();
        var finals = events.OfType<ResultEvent>().Where(result => result.IsFinal).ToList();
        Assert.True(finals.Count >= 3, $"{finals.Count} finals");
        foreach (var final in finals)
        {
            int from = (int)(final.Start.Ticks / SampleTime.Ticks), to = (int)(final.End.Ticks / SampleTime.Ticks);
            var alone = undisturbed.Recognizer.DecodeSegment(samples.AsSpan(from, to - from), DecodingConfig.Default);
            Assert.Equal((alone.Text, alone.Remarks), (final.StableText, final.Remarks));
        }
    }

    /// <summary>Two to six seconds of syllables, a second of quiet, and so on.</summary>
    private static float[] Talk(int seed)
    {
        var random = new Random(seed);
        float[] samples = TestSignals.Syllables(Seconds, seed + 1);
        for (int at = 0; at < samples.Length; at += random.Next(32_000, 96_000))
        {
            for (int end = Math.Min(at + 16_000, samples.Length); at < end; at++) samples[at] *= 0.001f;
        }
        return samples;
    }
}

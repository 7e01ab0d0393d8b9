using System.Diagnostics;
using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;

namespace AsrService.Engine;

/// <summary>What to measure.</summary>
/// <param name="Samples">A recording at 16 kHz that is streamed over and over.</param>
/// <param name="Minutes">Audio to stream.</param>
/// <param name="Interval">From one refresh point to the next.</param>
public sealed record LiveBenchPlan(float[] Samples, int Minutes, TimeSpan Interval);

/// <summary>What a minute of a stream cost.</summary>
/// <param name="Minute">From 1.</param>
/// <param name="CpuMs">Processor time of the process, everything included.</param>
/// <param name="Refreshes">Hypotheses made, finals included.</param>
/// <param name="FeaturesMs">Of the decodings: log-mel features.</param>
/// <param name="EncoderMs">Of the decodings: encoder windows.</param>
/// <param name="PrefillMs">Of the decodings: prompts and drafts.</param>
/// <param name="DecodeMs">Of the decodings: tokens behind the draft.</param>
public sealed record LiveMinute(
    int Minute, double CpuMs, int Refreshes, double FeaturesMs, double EncoderMs, double PrefillMs, double DecodeMs);

/// <summary>Cost of a long stream, minute by minute.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="IntervalMs">From one refresh point to the next.</param>
/// <param name="Minutes">Each minute.</param>
/// <param name="LastBySecond">Processor time of the last minute by that of the second: 1 is flat.</param>
public sealed record LiveBenchResult(string Model, double IntervalMs, IReadOnlyList<LiveMinute> Minutes, double LastBySecond);

/// <summary>Streams one session through an engine, every refresh point taken, as fast as the machine goes.</summary>
public static class LiveBench
{
    private const int Chunk = 1600;
    private const int SamplesAMinute = 60 * 16_000;

    /// <summary>Measures on a recognizer, which is disposed with it.</summary>
    public static async Task<LiveBenchResult> RunAsync(Recognizer recognizer, LiveBenchPlan plan, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.Minutes, 2, nameof(plan));
        string model = recognizer.Runner.Name;
        await using var engine = new TranscriptionEngine(recognizer);
        await engine.Ready;
        await using var session = engine.OpenSession(new SessionOptions { Interim = new InterimOptions { Interval = plan.Interval } });
        var results = new List<StageTimes>();
        var reading = ReadAsync(session, results, cancellationToken);
        var minutes = new List<LiveMinute>();
        for (int minute = 1; minute <= plan.Minutes; minute++)
        {
            int seen = Since(results, 0).Count;
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            await StreamMinuteAsync(engine, session, plan.Samples, (minute - 1L) * SamplesAMinute, cancellationToken);
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            minutes.Add(Sum(minute, cpu, Since(results, seen)));
        }
        session.Complete();
        await reading;
        return new LiveBenchResult(model, plan.Interval.TotalMilliseconds, minutes, minutes[^1].CpuMs / minutes[1].CpuMs);
    }

    private static async Task StreamMinuteAsync(
        TranscriptionEngine engine, TranscriptionSession session, float[] samples, long from, CancellationToken cancellationToken)
    {
        var chunk = new float[Chunk];
        for (long at = from; at < from + SamplesAMinute; at += Chunk)
        {
            for (int i = 0; i < Chunk; i++) chunk[i] = samples[(at + i) % samples.Length];
            await session.WriteAsync(chunk, cancellationToken);
            await engine.WhenIdleAsync();
        }
    }

    private static async Task ReadAsync(TranscriptionSession session, List<StageTimes> results, CancellationToken cancellationToken)
    {
        while (await session.ReadAsync(cancellationToken) is { } happened)
        {
            if (happened is not ResultEvent result) continue;
            lock (results) results.Add(result.Times);
        }
    }

    private static List<StageTimes> Since(List<StageTimes> results, int seen)
    {
        lock (results) return results[seen..];
    }

    private static LiveMinute Sum(int minute, TimeSpan cpu, List<StageTimes> results)
    {
        var sum = results.Aggregate(default(StageTimes), (all, one) => all + one);
        return new LiveMinute(
            minute, cpu.TotalMilliseconds, results.Count, sum.Mel.TotalMilliseconds, sum.Encoder.TotalMilliseconds,
            sum.Prefill.TotalMilliseconds, sum.Decode.TotalMilliseconds);
    }
}

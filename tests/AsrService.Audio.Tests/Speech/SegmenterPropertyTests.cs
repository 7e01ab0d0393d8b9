using static AsrService.Audio.SegmentationEventKind;
using static AsrService.Audio.Tests.Segmentation;

namespace AsrService.Audio.Tests;

public sealed class SegmenterPropertyTests
{
    private const int Hop = 160;

    [Fact, Trait("Category", "Unit")]
    public void Events_RandomActivityAndCalls_KeepTheRules()
    {
        var random = new Random(11);
        for (int round = 0; round < 60; round++)
        {
            var samples = Signals.Noise(random.Next(70 * 16_000), seed: round);
            bool[] script = Script(random, samples.Length / Hop);
            int minSpeech = random.Next(1, 11);
            var options = Options(random);
            var calls = Calls(random, samples.Length);

            Segmentation Run(Func<int>? chunk) =>
                Of(samples, new ScriptedDetector(hop => script[hop], minSpeech), options, chunk, calls);
            var run = Run(null);

            KeepsTheRules(run, OfLength(script, minSpeech), samples.Length);
            Assert.Equal(run.Events, Run(() => random.Next(1, 20_000)).Events);
        }
    }

    [Fact, Trait("Category", "Unit")]
    public void Events_TwoHours_AreWhereTheScriptHasThem()
    {
        const int period = 2100; // hops: 20 s of speech, 1 s of silence
        const int periods = 345;
        var run = new Segmentation
        {
            Segmenter = new SpeechSegmenter(new EndpointingOptions(), new ScriptedDetector(hop => hop % period >= 100)),
        };

        var block = new float[period * Hop];
        for (int i = 0; i < periods; i++)
        {
            run.Segmenter.Append(block);
            run.Read();
        }

        Assert.Equal(2L * 3600 * 16_000 + (45 * 16_000), run.Segmenter.SampleCount);
        Assert.Equal(run.Segmenter.SampleCount, run.Segmenter.JudgedSamples);
        Assert.Equal(run.Segmenter.SampleCount / Hop, run.Activity.Count);
        Assert.Equal(
            from i in Enumerable.Range(0, periods - 1)
            select (((long)i * period + 80) * Hop, ((long)(i + 1) * period + 50) * Hop),
            run.Segments.SkipLast(1));
    }

    private static void KeepsTheRules(Segmentation run, bool[] script, long length)
    {
        Assert.Equal(run.Events.Select(e => e.DecidedAt).Order(), run.Events.Select(e => e.DecidedAt));
        Assert.All(run.Events, e => Assert.InRange(e.At, 0, e.DecidedAt));
        Alternate(run, SpeechBegan, SpeechEnded);
        Alternate(run, SegmentBegan, SegmentEnded);

        long last = 0;
        var covered = new bool[length];
        foreach (var (start, end) in run.Segments)
        {
            Assert.InRange(start, last, length);
            Assert.InRange(end - start, 1, 30 * 16_000);
            covered.AsSpan((int)start, (int)(end - start)).Fill(true);
            last = end;
        }

        Assert.Equal(script, run.Activity);
        for (int hop = 0; hop < script.Length; hop++)
        {
            if (script[hop]) Assert.False(covered.AsSpan(hop * Hop, Hop).Contains(false), $"Hop {hop} is lost.");
        }
    }

    private static void Alternate(Segmentation run, SegmentationEventKind even, SegmentationEventKind odd)
    {
        var list = run.Events.Select(e => e.Kind).Where(kind => kind == even || kind == odd).ToList();
        Assert.Equal(list.Select((_, i) => i % 2 == 0 ? even : odd), list);
        Assert.Equal(0, list.Count % 2);
    }

    private static bool[] Script(Random random, int hops)
    {
        var script = new bool[hops];
        bool isSpeech = false;
        for (int hop = 0; hop < hops; isSpeech = !isSpeech)
        {
            int run = random.Next(1, random.Next(4) switch { 0 => 10, 1 => 60, 2 => 400, _ => isSpeech ? 4000 : 100 });
            script.AsSpan(hop, Math.Min(run, hops - hop)).Fill(isSpeech);
            hop += run;
        }
        return script;
    }

    /// <summary>Without the stretches that are too short to be speech.</summary>
    private static bool[] OfLength(bool[] script, int least)
    {
        var speech = new bool[script.Length];
        for (int hop = 0, run = 0; hop < script.Length; hop++)
        {
            run = script[hop] ? run + 1 : 0;
            if (run >= least) speech.AsSpan(hop + 1 - run, run).Fill(true);
        }
        return speech;
    }

    private static (int At, Action<SpeechSegmenter> Call)[] Calls(Random random, int length)
    {
        var places = Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(length + 1)).Order();
        return [.. places.Select(at => random.Next(2) == 0 ? FinalizeAt(at) : UpdateAt(at, Options(random)))];
    }

    private static EndpointingOptions Options(Random random) => new()
    {
        Mode = (EndpointingMode)random.Next(2),
        MinSilence = TimeSpan.FromMilliseconds(random.Next(100, random.Next(2) == 0 ? 500 : 5000)),
        MaxSegment = TimeSpan.FromMilliseconds(random.Next(10_000, 30_001)),
        SpeechPad = TimeSpan.FromMilliseconds(random.Next(501)),
    };
}

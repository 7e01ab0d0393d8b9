using System.Diagnostics.Metrics;
using AsrService.Engine.Diagnostics;
using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Text once shown as stable stays, from partial to partial, whatever the settings.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveStableTextTests(LiveEngine live, ITestOutputHelper output)
{
    [Theory, InlineData(250), InlineData(500), InlineData(2_000)]
    public async Task Stream_AnyAgreement_StableTextOnlyGrows(int interval)
    {
        using var counters = new Counters(live.Engine.Recognizer.Runner.Name);

        for (int agreement = 1; agreement <= 3; agreement++)
        {
            counters.Clear();
            var options = new SessionOptions
            {
                Interim = new InterimOptions { Interval = TimeSpan.FromMilliseconds(interval), Agreement = agreement },
            };
            var runs = await PaceAllAsync(options);

            foreach (var run in runs) run.AssertSound(); // stable text only grows: there
            Assert.Equal(0, counters["asr.stable.words.violated partial"]);
            int words = runs.Sum(run => run.Finals().Sum(final => final.Words.Count));
            int stable = runs.Sum(run => run.Finals().Sum(final => StableWordsBefore(run, final)));
            output.WriteLine(
                $"interval {interval} ms, agreement {agreement}: {runs.Sum(run => run.Partials().Count())} partials, "
                + $"{words} final words, {stable} of them stable before, {counters["asr.stable.words.violated final"]} contradicted; "
                + $"{counters["asr.partial.words.rewritten"]} of {counters["asr.partial.words"]} shown words rewritten");
            Assert.True(stable > 0, "nothing was ever stable");
        }
    }

    private static int StableWordsBefore(List<SessionEvent> run, ResultEvent final) =>
        run.Partials().LastOrDefault(partial => partial.SegmentIndex == final.SegmentIndex)?
            .Words.Count(word => word.IsStable) ?? 0;

    /// <summary>All recordings side by side, chunk by chunk, without skipping a point.</summary>
    private async Task<List<SessionEvent>[]> PaceAllAsync(SessionOptions options)
    {
        var sources = LiveAudio.Spoken
            .Select(file => (LiveAudio.Read(file).Samples, Session: live.Engine.OpenSession(options))).ToList();
        var reading = sources.Select(source => LiveEngine.ReadAllAsync(source.Session)).ToList();
        const int Chunk = 4_000; // no interval is shorter
        for (int at = 0; at < sources.Max(source => source.Samples.Length); at += Chunk)
        {
            foreach (var (samples, session) in sources.Where(source => at < source.Samples.Length))
            {
                int count = Math.Min(Chunk, samples.Length - at);
                await session.WriteAsync(samples.AsMemory(at, count), TestContext.Current.CancellationToken);
            }
            await live.Engine.WhenIdleAsync();
        }
        foreach (var (_, session) in sources) session.Complete();
        var events = await Task.WhenAll(reading);
        foreach (var (_, session) in sources) await session.DisposeAsync();
        return events;
    }

    /// <summary>Sums of one model's counters, those with a tag "by" apart.</summary>
    private sealed class Counters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, long> _sums = [];

        public Counters(string model)
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == EngineMetrics.MeterName) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                string name = instrument.Name;
                foreach (var tag in tags)
                {
                    if (tag.Key == "model" && !model.Equals(tag.Value)) return; // other engines run beside this one
                    if (tag.Key == "by") name += " " + tag.Value;
                }
                lock (_sums) _sums[name] = _sums.GetValueOrDefault(name) + value;
            });
            _listener.Start();
        }

        public long this[string name]
        {
            get
            {
                lock (_sums) return _sums.GetValueOrDefault(name);
            }
        }

        public void Clear()
        {
            lock (_sums) _sums.Clear();
        }

        public void Dispose() => _listener.Dispose();
    }
}

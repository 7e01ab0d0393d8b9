using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>The final of a live segment is what the offline function says of its samples.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveFinalTests(LiveEngine live, ITestOutputHelper output)
{
    private const int Concatenations = 200;
    private const int AtOnce = 16;

    public static TheoryData<string> Recordings { get; } = new(LiveAudio.Recordings);

    [Theory, MemberData(nameof(Recordings))]
    public async Task Stream_Recording_FinalsAreTheOfflineTranscripts(string file)
    {
        var frames = LiveAudio.Read(file);
        var options = new SessionOptions { SampleRate = frames.Rate, Channels = frames.Channels };

        var events = await live.PaceAsync(frames.Samples, options, frames.Rate / 10);

        events.AssertSound(frames.Channels);
        for (int channel = 0; channel < frames.Channels; channel++)
        {
            var heard = frames.Hear(channel);
            foreach (var final in events.Finals().Where(final => final.Channel == channel))
            {
                output.WriteLine(
                    $"{final.Channel}.{final.SegmentIndex} {final.Start:g} to {final.End:g}: {final.StableText}");
                live.AssertOffline(final, heard, DecodingConfig.Default);
            }
        }
        Assert.Equal(ReferenceClips.Said(file).Length > 0, events.Finals().Any(final => final.StableText.Length > 0));
    }

    [Fact]
    public async Task Stream_RandomConcatenations_FinalsAreTheOfflineTranscripts()
    {
        var counts = new int[3];
        for (int first = 0; first < Concatenations; first += AtOnce)
        {
            var seeds = Enumerable.Range(first, Math.Min(AtOnce, Concatenations - first));
            await Task.WhenAll(seeds.Select(seed => StreamMixAsync(seed, counts)));
        }

        output.WriteLine($"{counts[0]} segments, {counts[1]} with text, {counts[2]} partials");
        Assert.True(counts[1] > Concatenations, $"only {counts[1]} segments have text");
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Stream_LongSpeech_CutPartsTileAndAreTheOfflineTranscripts(int seed)
    {
        var random = new Random(seed);
        var samples = LiveAudio.Mix(random, sentences: 10, shortestPause: 0.05, longestPause: 0.3);
        var options = new SessionOptions
        {
            Endpointing = new EndpointingOptions
            {
                MaxSegment = TimeSpan.FromSeconds(10),
                MinSilence = TimeSpan.FromSeconds(1.5),
            },
        };

        var paced = await live.PaceAsync(samples, options);
        var hurried = await live.StreamAsync(samples, options, samples.Length);

        paced.AssertSound();
        hurried.AssertSound();
        Assert.Equal(paced.FinalKeys(), hurried.FinalKeys());
        var finals = paced.Finals().ToList();
        foreach (var final in finals) live.AssertOffline(final, samples, DecodingConfig.Default);
        int cuts = finals.Zip(finals.Skip(1)).Count(pair => pair.First.End == pair.Second.Start);
        int together = paced.Zip(paced.Skip(1)).Count(pair =>
            pair is (ResultEvent { IsFinal: true } final, ResultEvent { IsFinal: false } next) && next.Start == final.End);
        output.WriteLine($"{finals.Count} segments, {cuts} cuts, {together} of them with the next part's text right behind");
        Assert.True(cuts > 0, "nothing was cut");
        Assert.True(together > 0, "no final was held back");
    }

    private async Task StreamMixAsync(int seed, int[] counts)
    {
        var random = new Random(seed);
        var samples = LiveAudio.Mix(random, sentences: random.Next(2, 4));
        var options = OptionsOf(random);

        var events = await LiveEngine.StreamAsync(
            live.Engine, samples, options, _ => random.Next(1, 16_000), isPaced: seed % 2 == 0);

        events.AssertSound();
        var config = new DecodingConfig
        {
            Context = options.Context,
            Language = options.Language.Mode == LanguageMode.Force ? options.Language.Languages[0] : null,
        };
        foreach (var final in events.Finals())
        {
            live.AssertOffline(final, samples, config);
            Interlocked.Increment(ref counts[0]);
            if (final.StableText.Length > 0) Interlocked.Increment(ref counts[1]);
        }
        Interlocked.Add(ref counts[2], events.Partials().Count());
    }

    private static SessionOptions OptionsOf(Random random) => new()
    {
        Context = random.Next(4) == 0 ? "order number, desk lamp, Redis" : "",
        Language = random.Next(5) switch
        {
            0 => new LanguageOptions(LanguageMode.Force, [LanguageCatalog.All[1]]),
            1 => new LanguageOptions(LanguageMode.Force, [LanguageCatalog.All[0]]),
            _ => LanguageOptions.Default,
        },
        Interim = new InterimOptions { Interval = TimeSpan.FromMilliseconds(random.Next(250, 2001)) },
    };
}

using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>No speech, no words.</summary>
[Collection(LiveEngine.Collection)]
public sealed class LiveSilenceTests(LiveEngine live, ITestOutputHelper output)
{
    public static TheoryData<string> Signals { get; } =
    [
        "digital silence", "dither", "white -60", "white -40", "white -20", "pink -60", "pink -40", "pink -20",
        "hum 50 Hz", "clicks", "DC offset", "silence-noise.wav",
    ];

    [Theory, MemberData(nameof(Signals)), Trait("Category", "Conformance")]
    public Task Stream_MinuteWithoutSpeech_NoWords(string signal) => AssertSilentAsync(signal, seconds: 60);

    [Theory, MemberData(nameof(Signals)), Trait("Category", "Soak")]
    public Task Stream_TenMinutesWithoutSpeech_NoWords(string signal) => AssertSilentAsync(signal, seconds: 600);

    private async Task AssertSilentAsync(string signal, double seconds)
    {
        var samples = Make(signal, seconds);
        var tempting = new SessionOptions
        {
            Context = "order number, desk lamp, Redis",
            Language = new LanguageOptions(LanguageMode.Force, [LanguageCatalog.All[1]]),
        };

        AssertNoWords(signal, await live.PaceAsync(samples, chunk: 4_000));
        var undecided = tempting with { Language = LanguageOptions.Default };
        AssertNoWords($"{signal}, with context", await live.PaceAsync(samples, undecided, 4_000));
        AssertNoWords($"{signal}, with context and language", await live.PaceAsync(samples, tempting, 4_000));
    }

    private void AssertNoWords(string what, List<SessionEvent> events)
    {
        events.AssertSound();
        var finals = events.Finals().ToList();
        output.WriteLine(
            $"{what}: {finals.Count} segments of {finals.Sum(final => (final.End - final.Start).TotalSeconds):0.0} s, "
            + $"{events.Partials().Count()} partials");
        foreach (var result in events.OfType<ResultEvent>().Where(result => result.Text().Length > 0))
        {
            output.WriteLine(
                $"{result.SegmentIndex}.{result.Revision} {(result.IsFinal ? "final" : "partial")} "
                + $"{result.Start:g} to {result.End:g}, "
                + $"confidence {result.Confidence:0.00}, {result.Remarks}: {result.Text()}");
        }
        Assert.DoesNotContain(events.OfType<ResultEvent>(), result => result.Text().Length > 0);
        Assert.All(finals, final => Assert.Empty(final.Words));
    }

    private static float[] Make(string signal, double seconds)
    {
        string[] parts = signal.Split(' ');
        return parts[0] switch
        {
            "digital" => LiveAudio.Silence(seconds),
            "dither" => TestSignals.Dither(seconds),
            "white" => TestSignals.Noise(seconds, Level(parts[1])),
            "pink" => LiveAudio.Pink(seconds, Level(parts[1])),
            "hum" => TestSignals.Hum(seconds, 50, -25),
            "clicks" => LiveAudio.Clicks(seconds),
            "DC" => [.. TestSignals.Dither(seconds).Select(sample => sample + 0.25f)],
            _ => Repeat(LiveAudio.Read(signal).Samples, seconds),
        };
    }

    private static double Level(string level) => double.Parse(level, System.Globalization.CultureInfo.InvariantCulture);

    private static float[] Repeat(float[] samples, double seconds)
    {
        var all = LiveAudio.Silence(seconds);
        for (int n = 0; n < all.Length; n++) all[n] = samples[n % samples.Length];
        return all;
    }
}

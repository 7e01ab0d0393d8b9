using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Finalize and updates act at their place in the audio, and on nothing before it.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveControlTests(LiveEngine live)
{
    private const int InFirstSentence = 2 * LiveAudio.Rate; // it lasts from 1.1 s to 3.4 s
    private const int BetweenSentences = 4 * LiveAudio.Rate;

    private static readonly Language English = LanguageCatalog.All[1];
    private static readonly Language Chinese = LanguageCatalog.All[0];

    private static float[] Call => LiveAudio.Read("call-en.wav").Samples[..(10 * LiveAudio.Rate)];

    [Fact]
    public async Task FinalizeSegments_MidWord_EndsTheSegmentThereAndTheNextGoesOn()
    {
        var samples = Call;

        var events = await ActAsync(samples, InFirstSentence, session =>
        {
            session.FinalizeSegments();
            session.FinalizeSegments(); // nothing is open any more
        });

        events.AssertSound();
        var finals = events.Finals().ToList();
        Assert.Equal(InFirstSentence, LiveEvents.SampleOf(finals[0].End));
        Assert.Equal(InFirstSentence, LiveEvents.SampleOf(finals[1].Start));
        Assert.All(finals, final => live.AssertOffline(final, samples, DecodingConfig.Default));
    }

    [Theory, InlineData(8_000), InlineData(44_100)]
    public async Task FinalizeSegments_MidWordAtAnotherRate_LosesNoSample(int rate)
    {
        var frames = new LiveFrames(LiveAudio.At(rate, Call), rate, Channels: 1);

        var events = await ActAsync(
            frames.Samples, 2 * rate, session => session.FinalizeSegments(), new SessionOptions { SampleRate = rate });

        events.AssertSound();
        var finals = events.Finals().ToList();
        Assert.Equal(finals[0].End, finals[1].Start);
        Assert.InRange(2 - finals[0].End.TotalSeconds, 0, 0.0125); // the resampler's delay
        Assert.All(finals, final => live.AssertOffline(final, frames.Hear(0), DecodingConfig.Default));
    }

    [Theory, InlineData(0), InlineData(8_000), InlineData(BetweenSentences + 1_600)]
    public async Task FinalizeSegments_NothingOpen_ChangesNothing(int place)
    {
        var samples = Call;
        var plain = await live.StreamAsync(samples);

        var events = await ActAsync(samples, place, session =>
        {
            session.FinalizeSegments();
            session.FinalizeSegments();
        });

        events.AssertSound();
        Assert.Equal(plain.FinalKeys(), events.FinalKeys());
    }

    [Fact]
    public async Task Update_ContextAndLanguage_HoldFromTheirPlaceOn()
    {
        var samples = Call;
        int second = LiveEvents.SampleOf((await live.StreamAsync(samples)).Finals().ElementAt(1).Start);
        var update = new SessionUpdate("order number, desk lamp", new LanguageOptions(LanguageMode.Force, [English]), null);
        var updated = new DecodingConfig { Context = update.Context!, Language = English, Languages = [English] };

        foreach (int place in new[] { InFirstSentence, second, second + 1 })
        {
            var events = await ActAsync(samples, place, session => session.Update(update));

            events.AssertSound();
            foreach (var final in events.Finals())
            {
                bool isAfter = LiveEvents.SampleOf(final.Start) >= place;
                live.AssertOffline(final, samples, isAfter ? updated : DecodingConfig.Default);
                Assert.Equal(isAfter, final.LanguageProbability is null);
            }
        }
    }

    [Fact]
    public async Task Update_Endpointing_LeavesTheOpenSegmentAlone()
    {
        var samples = Call;
        var plain = await live.StreamAsync(samples);
        var update = new SessionUpdate(null, null, new EndpointingOptions { Mode = EndpointingMode.Client });

        var events = await ActAsync(samples, InFirstSentence, session => session.Update(update));

        events.AssertSound();
        var finals = events.Finals().ToList();
        Assert.Equal(2, finals.Count);
        Assert.Equal(plain.FinalKeys()[0], finals.Select(LiveEvents.FinalKey).First());
        Assert.Equal(samples.Length, LiveEvents.SampleOf(finals[1].End));
    }

    [Fact]
    public async Task Stream_ClientEndpointing_OnlyFinalizeEndsSegments()
    {
        var samples = Call;
        var options = new SessionOptions { Endpointing = new EndpointingOptions { Mode = EndpointingMode.Client } };

        var events = await ActAsync(samples, BetweenSentences, session => session.FinalizeSegments(), options);

        events.AssertSound();
        var finals = events.Finals().ToList();
        Assert.Equal([BetweenSentences, samples.Length], finals.Select(final => LiveEvents.SampleOf(final.End)));
        Assert.All(finals, final => live.AssertOffline(final, samples, DecodingConfig.Default));
    }

    [Fact]
    public async Task Stream_LockAfterFirst_ForcesTheFirstLanguageUntilAnUpdate()
    {
        var samples = LiveAudio.Read("interview-zh-en.wav").Samples;
        var options = new SessionOptions { Language = new LanguageOptions(LanguageMode.LockAfterFirst, []) };

        var locked = await live.StreamAsync(samples, options);
        int third = LiveEvents.SampleOf(locked.Finals().ElementAt(2).Start);
        var forgotten = await ActAsync(
            samples, third, session => session.Update(new SessionUpdate(null, options.Language, null)), options);

        locked.AssertSound();
        forgotten.AssertSound();
        var first = locked.Finals().First().Language;
        Assert.NotNull(first);
        Assert.NotNull(locked.Finals().First().LanguageProbability);
        Assert.All(
            locked.Finals().Skip(1), final => Assert.Equal((first, null), (final.Language, final.LanguageProbability)));
        var forced = DecodingConfig.Default with { Language = first };
        Assert.All(locked.Finals().Skip(1), final => live.AssertOffline(final, samples, forced));
        Assert.Equal(
            [false, true, false],
            forgotten.Finals().Take(3).Select(final => final.LanguageProbability is null));
    }

    [Fact]
    public async Task Stream_LanguagesGiven_DetectsNoOther()
    {
        var samples = Call;

        var events = await live.PaceAsync(
            samples, new SessionOptions { Language = new LanguageOptions(LanguageMode.Detect, [Chinese]) });

        events.AssertSound();
        Assert.All(
            events.OfType<ResultEvent>(), result => Assert.True(result.Language is null || result.Language == Chinese));
        var config = new DecodingConfig { Languages = [Chinese] };
        Assert.All(events.Finals(), final => live.AssertOffline(final, samples, config));
    }

    [Fact]
    public async Task Stream_InterimDisabled_GivesTheSameFinalsOnly()
    {
        var samples = Call;
        var plain = await live.PaceAsync(samples);

        var events = await live.PaceAsync(samples, new SessionOptions { Interim = new InterimOptions { Disabled = true } });

        events.AssertSound();
        Assert.Empty(events.Partials());
        Assert.Equal(plain.FinalKeys(), events.FinalKeys());
        Assert.Equal(plain.SpeechKeys(), events.SpeechKeys());
    }

    /// <summary>Streams, and acts at one place.</summary>
    private Task<List<SessionEvent>> ActAsync(
        float[] samples, int place, Action<TranscriptionSession> action, SessionOptions? options = null) =>
        LiveEngine.StreamAsync(
            live.Engine, samples, options, i => i == 0 && place > 0 ? place : 1_600, isPaced: false,
            (session, at) =>
            {
                if (at == place) action(session);
            });
}

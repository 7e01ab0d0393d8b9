using AsrService.Audio;
using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Whatever a caller does at which sample, pace and chunks do not change what becomes of it.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveRandomTests(LiveEngine live, ITestOutputHelper output)
{
    private const int Sessions = 40;

    [Fact]
    public async Task Stream_RandomControls_GiveTheSameFinalsAtAnyPace()
    {
        int finals = 0;
        for (int seed = 0; seed < Sessions; seed++)
        {
            var random = new Random(seed);
            var samples = LiveAudio.Mix(random, sentences: 3, longestPause: 1.5);
            var (options, controls) = (OptionsOf(random), Controls(random, samples.Length));

            var runs = await Task.WhenAll(
                RunAsync(samples, options, controls, new Random(1), isPaced: true),
                RunAsync(samples, options, controls, new Random(2), isPaced: true),
                RunAsync(samples, options, controls, new Random(3), isPaced: false));

            foreach (var run in runs)
            {
                run.AssertSound();
                Assert.Equal(runs[0].FinalKeys(), run.FinalKeys());
                Assert.Equal(runs[0].SpeechKeys(), run.SpeechKeys());
            }
            finals += runs[0].Finals().Count();
        }
        output.WriteLine($"{finals} finals");
    }

    private static SessionOptions OptionsOf(Random random) => new()
    {
        Endpointing = EndpointingOf(random),
        Interim = new InterimOptions
        {
            Interval = TimeSpan.FromMilliseconds(random.Next(250, 1_000)),
            Agreement = random.Next(1, 4),
        },
        Language = LanguageOf(random),
    };

    internal static EndpointingOptions EndpointingOf(Random random) => new()
    {
        Mode = random.Next(4) == 0 ? EndpointingMode.Client : EndpointingMode.Server,
        MinSilence = TimeSpan.FromMilliseconds(random.Next(100, 1_500)),
        MaxSegment = TimeSpan.FromMilliseconds(random.Next(10_000, 12_000)),
        SpeechPad = TimeSpan.FromMilliseconds(random.Next(0, 500)),
    };

    internal static LanguageOptions LanguageOf(Random random) => random.Next(4) switch
    {
        0 => new LanguageOptions(LanguageMode.Force, [LanguageCatalog.All[random.Next(2)]]),
        1 => new LanguageOptions(LanguageMode.LockAfterFirst, []),
        2 => new LanguageOptions(LanguageMode.Detect, [LanguageCatalog.All[0], LanguageCatalog.All[1]]),
        _ => LanguageOptions.Default,
    };

    /// <summary>What is done, by the sample before which it is done.</summary>
    private static SortedList<int, Action<TranscriptionSession>> Controls(Random random, int length)
    {
        var controls = new SortedList<int, Action<TranscriptionSession>>();
        for (int i = random.Next(6); i > 0; i--) controls[random.Next(length)] = ControlOf(random);
        return controls;
    }

    /// <summary>An update; null for a finalize.</summary>
    internal static SessionUpdate? UpdateOf(Random random) => random.Next(4) switch
    {
            0 => new SessionUpdate($"term {random.Next(3)}", null, null),
            1 => new SessionUpdate(null, LanguageOf(random), null),
            2 => new SessionUpdate(null, null, EndpointingOf(random)),
            _ => null,
    };

    private static Action<TranscriptionSession> ControlOf(Random random)
    {
        var update = UpdateOf(random);
        return update is null ? session => session.FinalizeSegments() : session => session.Update(update);
    }

    private async Task<List<SessionEvent>> RunAsync(
        float[] samples, SessionOptions options, SortedList<int, Action<TranscriptionSession>> controls, Random chunks,
        bool isPaced)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var session = live.Engine.OpenSession(options);
        var reading = LiveEngine.ReadAllAsync(session);
        foreach (var (from, to) in controls.Keys.Prepend(0).Zip(controls.Keys.Append(samples.Length)))
        {
            for (int at = from, count; at < to; at += count)
            {
                count = Math.Min(chunks.Next(1, 8_000), to - at);
                await session.WriteAsync(samples.AsMemory(at, count), cancellation);
                if (isPaced) await live.Engine.WhenIdleAsync();
            }
            if (controls.TryGetValue(to, out var act)) act(session);
        }
        session.Complete();
        return await reading;
    }
}

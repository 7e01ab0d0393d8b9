using AsrService.Audio;
using AsrService.Engine.Sessions;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>A session that breaks and goes on elsewhere gives the finals of one that never broke, to the bit.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class ResumeTests(LiveEngine live, ITestOutputHelper output)
{
    [Fact]
    public async Task Resume_EveryRecordingAtRandomPlaces_GivesTheSameFinals()
    {
        int most = 0;
        foreach (string recording in LiveAudio.Recordings)
        {
            var audio = LiveAudio.Read(recording);
            int frames = Math.Min(audio.Samples.Length / audio.Channels, audio.Rate * 40);
            audio = audio with { Samples = audio.Samples[..(frames * audio.Channels)] };
            most = Math.Max(most, await CompareAsync(audio, new SessionOptions(), [], new Random(1), sessions: 3));
        }

        output.WriteLine($"checkpoints of at most {most} bytes");
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public async Task Resume_AtAnotherRate_GivesTheSameFinals(int rate)
    {
        var random = new Random(rate);
        for (int i = 0; i < 4; i++)
        {
            var samples = LiveAudio.At(rate, LiveAudio.Mix(random, sentences: 3, longestPause: 2));
            await CompareAsync(new LiveFrames(samples, rate, 1), new SessionOptions(), [], random, sessions: 5);
        }
    }

    [Fact]
    public async Task Resume_TwoChannels_GivesTheSameFinals()
    {
        var random = new Random(5);
        for (int i = 0; i < 4; i++)
        {
            float[] left = LiveAudio.Mix(random, sentences: 3), right = LiveAudio.Mix(random, sentences: 3);
            var samples = new float[2 * Math.Min(left.Length, right.Length)];
            for (int n = 0; n < samples.Length; n++) samples[n] = (n % 2 == 0 ? left : right)[n / 2];
            await CompareAsync(new LiveFrames(samples, LiveAudio.Rate, 2), new SessionOptions(), [], random, sessions: 5);
        }
    }

    [Fact]
    public async Task Resume_RandomSettingsAndControls_GivesTheSameFinals()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            int rate = seed % 4 == 0 ? 44_100 : LiveAudio.Rate;
            var samples = LiveAudio.At(rate, LiveAudio.Mix(random, sentences: 3, longestPause: 1.5));
            var options = new SessionOptions
            {
                Endpointing = LiveRandomTests.EndpointingOf(random), Language = LiveRandomTests.LanguageOf(random),
            };
            var actions = Enumerable.Range(0, random.Next(6)).Select(_ => new LiveAction(random.Next(samples.Length), LiveRandomTests.UpdateOf(random)));
            await CompareAsync(
                new LiveFrames(samples, rate, 1), options, [.. actions.OrderBy(action => action.Frame)], random, sessions: 4);
        }
    }

    [Fact]
    public async Task Resume_SpeechWithoutAPause_GivesTheSameFinalsBehindForcedCuts()
    {
        var options = new SessionOptions { Endpointing = new EndpointingOptions { MaxSegment = TimeSpan.FromSeconds(10) } };
        var random = new Random(3);
        for (int i = 0; i < 4; i++)
        {
            var samples = LiveAudio.Mix(random, sentences: 9, shortestPause: 0, longestPause: 0.2);
            await CompareAsync(new LiveFrames(samples, LiveAudio.Rate, 1), options, [], random, sessions: 6);
        }
    }

    [Fact]
    public async Task Resume_EightChannelsOfRisingNoise_FitsATokenAndGoesOn()
    {
        var noise = TestSignals.Noise(6, -70);
        var samples = new float[noise.Length * 8];
        for (int n = 0; n < samples.Length; n++) samples[n] = noise[n / 8] * (float)Math.Pow(10, n / 8 / 16_000.0 * 2 / 20);
        var caller = new Resumption(live.Engine, new LiveFrames(samples, LiveAudio.Rate, 8), new() { Channels = 8 })
        {
            Chunk = () => 1_600, IsPaced = true,
        };

        await caller.RunAsync([50_000, 60_000, 70_000]);

        output.WriteLine($"{caller.MostBytes} bytes");
        Assert.InRange(caller.MostBytes, 1, 3_900);
    }

    /// <summary>Compares a session that breaks at random places with one that does not.</summary>
    private async Task<int> CompareAsync(
        LiveFrames audio, SessionOptions options, IReadOnlyList<LiveAction> actions, Random random, int sessions)
    {
        options = options with { SampleRate = audio.Rate, Channels = audio.Channels };
        var whole = Caller(isPaced: false);
        await whole.RunAsync();
        int most = 0;
        long frames = audio.Samples.Length / audio.Channels;
        for (int i = 0; i < sessions; i++)
        {
            var broken = Caller(isPaced: i % 2 == 0);
            long[] breaks = [.. Enumerable.Range(0, 1 + i).Select(_ => random.NextInt64(1, frames)).Order()];
            await broken.RunAsync(breaks);
            Assert.True(
                whole.FinalKeys.SequenceEqual(broken.FinalKeys),
                $"breaks {string.Join(' ', breaks)}\n{Diff(whole, broken)}");
            most = Math.Max(most, broken.MostBytes);
        }

        return most;

        Resumption Caller(bool isPaced) => new(live.Engine, audio, options)
        {
            Actions = actions, Chunk = () => random.Next(1, audio.Rate / 2), IsPaced = isPaced,
        };
    }

    private static string Diff(Resumption whole, Resumption broken) => string.Join(
        '\n', whole.FinalKeys.Except(broken.FinalKeys).Select(key => "missing " + key)
            .Concat(broken.FinalKeys.Except(whole.FinalKeys).Select(key => "found   " + key)));
}

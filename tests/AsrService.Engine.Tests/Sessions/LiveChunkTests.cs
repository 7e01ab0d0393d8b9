using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>How audio is cut into messages changes neither finals nor times.</summary>
[Collection(LiveEngine.Collection), Trait("Category", "Conformance")]
public sealed class LiveChunkTests(LiveEngine live)
{
    [Theory]
    [InlineData(8_000), InlineData(16_000), InlineData(22_050), InlineData(24_000), InlineData(44_100), InlineData(48_000)]
    public async Task WriteAsync_SevenChunkSizes_GiveTheSameFinalsAndTimes(int rate)
    {
        var random = new Random(rate);
        var speech = LiveAudio.Read("interview-zh-en.wav").Samples[..(7 * LiveAudio.Rate)];
        var samples = LiveAudio.At(rate, speech);
        Func<int, int>[] sizes =
        [
            _ => 1, _ => rate / 50, _ => rate / 10, _ => 441, _ => rate, _ => samples.Length, _ => random.Next(1, rate),
        ];

        var runs = await Task.WhenAll(sizes.Select(size => LiveEngine.StreamAsync(
            live.Engine, samples, new SessionOptions { SampleRate = rate }, size, isPaced: false)));

        Assert.Contains(runs[0].Finals(), final => final.StableText.Length > 0);
        foreach (var run in runs)
        {
            run.AssertSound();
            Assert.Equal(runs[0].FinalKeys(), run.FinalKeys());
            Assert.Equal(runs[0].SpeechKeys(), run.SpeechKeys());
        }
    }

    [Fact]
    public async Task WriteAsync_ChunkSizesOfChannels_GiveTheSameFinalsAndTimes()
    {
        var frames = LiveAudio.Read("call-en-stereo-8k.wav");
        var samples = frames.Samples[..(2 * 8 * frames.Rate)];
        var options = new SessionOptions { SampleRate = frames.Rate, Channels = 2 };

        var runs = await Task.WhenAll(new[] { 1, 160, 441, 8_000, 64_000 }.Select(size => LiveEngine.StreamAsync(
            live.Engine, samples, options, _ => size, isPaced: false)));

        foreach (var run in runs)
        {
            run.AssertSound(channels: 2);
            Assert.Equal(runs[0].FinalKeys().Order(), run.FinalKeys().Order());
        }
    }
}

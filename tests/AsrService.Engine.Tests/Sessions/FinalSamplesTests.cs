using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Recordings;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>Finals carry their audio to whoever aligns them, and only so many of them.</summary>
[Trait("Category", "Unit")]
public sealed class FinalSamplesTests : IAsyncDisposable
{
    private const int MostWaiting = 8;

    private readonly LiveScript _script = new();

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    [Fact]
    public async Task Final_AudioAskedFor_HasItsSegmentsSamples()
    {
        var samples = LiveScript.Phrases(40);

        var finals = (await StreamAsync(samples, asks: true)).Finals().ToList();

        Assert.True(finals.Count >= 5);
        foreach (var final in finals)
        {
            int start = (int)(final.Start.Ticks / SampleTime.Ticks), end = (int)(final.End.Ticks / SampleTime.Ticks);
            Assert.True(samples.AsSpan(start, end - start).SequenceEqual(final.Samples.Span));
        }
    }

    [Fact]
    public async Task Final_AudioNotAskedFor_HasNoneAndSaysTheSame()
    {
        var samples = LiveScript.Phrases(40);

        var with = await StreamAsync(samples, asks: true);
        var without = await StreamAsync(samples, asks: false);

        Assert.All(without.OfType<ResultEvent>(), result => Assert.True(result.Samples.IsEmpty));
        Assert.Equal(without.FinalKeys(), with.FinalKeys());
    }

    [Fact]
    public async Task Final_ManyUnread_KeepsTheAudioOfTheFirstOnly()
    {
        var samples = LiveScript.Phrases(140);
        await using var session = _script.Engine.OpenSession(new SessionOptions { Samples = true });
        for (int at = 0; at < samples.Length; at += 16_000)
        {
            await session.WriteAsync(samples.AsMemory(at, 16_000), TestContext.Current.CancellationToken);
            await _script.Engine.WhenIdleAsync();
        }
        session.Complete();
        await _script.Engine.WhenIdleAsync();

        var finals = (await LiveEngine.ReadAllAsync(session)).Finals().ToList();

        Assert.True(finals.Count > MostWaiting + 4);
        Assert.Equal(MostWaiting, finals.TakeWhile(final => !final.Samples.IsEmpty).Count());
        Assert.All(finals.Skip(MostWaiting), final => Assert.True(final.Samples.IsEmpty && final.Words.Count > 0));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task FileSegment_SlowReader_StillHasItsAudio(bool isLive)
    {
        var options = new FileTranscriptionOptions { IsLive = isLive, MaxSegment = TimeSpan.FromSeconds(8), Samples = true };
        var found = _script.Engine.TranscribeAsync(
            () => new TrackedReader(LiveScript.Phrases(140)), options, null, TestContext.Current.CancellationToken);
        int count = 0;

        await foreach (var segment in found)
        {
            await _script.Engine.WhenIdleAsync(); // as far as it gets without us
            Assert.Equal((segment.End - segment.Start).Ticks / SampleTime.Ticks, segment.Samples.Length);
            count++;
        }

        Assert.True(count > MostWaiting + 4);
    }

    private Task<List<SessionEvent>> StreamAsync(float[] samples, bool asks) => LiveEngine.StreamAsync(
        _script.Engine, samples, new SessionOptions { Samples = asks }, _ => 8_000, isPaced: true);
}

using AsrService.Audio;
using AsrService.Engine.Sessions;
using AsrService.Engine.Tests.Batching;
using AsrService.Engine.Tests.Recordings;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class FileTranscriptionTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // of the test, should all be lost
    private static readonly FileTranscriptionOptions Short = new() { MaxSegment = TimeSpan.FromSeconds(8) };
    private static readonly FileTranscriptionOptions Live = new() { IsLive = true };

    private readonly ScriptedModel _model = new() { Script = LoopBench.Say };
    private readonly TranscriptionEngine _engine;

    public FileTranscriptionTests() =>
        _engine = new TranscriptionEngine(new Recognizer(_model, LoopBench.Tokenizer), new EngineOptions { MaxFiles = 2 });

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task TranscribeAsync_ManyPieces_ComeInOrderWithoutGaps()
    {
        var progress = new List<FileTranscriptionProgress>();

        var segments = await AllAsync(() => new TrackedReader(TestSignals.Syllables(95)), Short, progress.Add);

        Assert.InRange(segments.Count, 8, 14);
        Assert.Equal(Enumerable.Range(0, segments.Count), segments.Select(segment => segment.Index));
        Assert.Equal(TimeSpan.Zero, segments[0].Start);
        Assert.Equal(TimeSpan.FromSeconds(95), segments[^1].End);
        for (int i = 1; i < segments.Count; i++) Assert.Equal(segments[i - 1].End, segments[i].Start);
        Assert.Equal(TimeSpan.FromSeconds(95), progress[^1].Processed);
        await AssertNothingHeldAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task TranscribeAsync_LockAfterFirst_ForcesTheFirstLanguage(bool isLive)
    {
        var languages = new List<bool>();
        await _engine.Ready;
        _model.Script = prompt =>
        {
            bool isForced = prompt.Ids[^1] == TinyTokenizer.AsrText;
            languages.Add(isForced);
            return isForced ? LoopBench.Tokenizer.Encode("Hello") : LoopBench.Say(prompt);
        };
        var options = Short with { IsLive = isLive, Language = new LanguageOptions(LanguageMode.LockAfterFirst, []) };

        var segments = await AllAsync(() => new TrackedReader(Talk(40)), options);

        Assert.True(segments.Count >= 3);
        Assert.Equal([false, .. Enumerable.Repeat(true, segments.Count - 1)], languages);
        Assert.All(segments, segment => Assert.Equal("en", segment.Language?.Code));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task TranscribeAsync_CancelledInTheMiddle_FreesEverything(bool isLive)
    {
        using var cancellation = new CancellationTokenSource();
        var segments = _engine.TranscribeAsync(() => new TrackedReader(Talk(200)), Short with { IsLive = isLive }, null, cancellation.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var segment in segments)
            {
                if (segment.Index == 1) await cancellation.CancelAsync();
            }
        });

        await AssertNothingHeldAsync();
        Assert.NotEmpty(await AllAsync(() => new TrackedReader(Talk(10)), Short));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task TranscribeAsync_CallerLeavesEarly_FreesEverything(bool isLive)
    {
        var reader = new TrackedReader(Talk(200));
        await foreach (var segment in _engine.TranscribeAsync(() => reader, Short with { IsLive = isLive }, null, TestContext.Current.CancellationToken))
        {
            if (segment.Index == 1) break;
        }

        await AssertNothingHeldAsync();
        Assert.True(reader.IsClosed);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task TranscribeAsync_CannotBeOpened_IsInvalidAudio(bool isLive) => await AssertInvalidAsync(
        static () => throw new AudioFormatException("not audio"), Short with { IsLive = isLive });

    [Theory, InlineData(false), InlineData(true)]
    public async Task TranscribeAsync_BreaksInTheMiddle_IsInvalidAudio(bool isLive) => await AssertInvalidAsync(
        static () => new TrackedReader(Talk(60), breaksAt: 30 * 16_000), Short with { IsLive = isLive });

    [Theory, InlineData(false), InlineData(true)]
    public async Task TranscribeAsync_UploadFails_EndsWithAFault(bool isLive)
    {
        using var upload = new StallingReader(Talk(20), stallsAt: 16_000, fault: new IOException("connection reset"));
        upload.GoOn();

        await Assert.ThrowsAnyAsync<Exception>(() => AllAsync(() => upload, Short with { IsLive = isLive }));

        await AssertNothingHeldAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task TranscribeAsync_UploadStalls_BlocksNobodyElse(bool isLive)
    {
        using var upload = new StallingReader(Talk(30), stallsAt: 12 * 16_000);
        var stalled = AllAsync(() => upload, Short with { IsLive = isLive });
        upload.AwaitStall();

        Assert.NotEmpty(await AllAsync(() => new TrackedReader(Talk(30)), Short));
        Assert.NotEmpty(await LiveEngine.StreamAsync(_engine, Talk(10), null, _ => 1600, isPaced: false));
        Assert.False(stalled.IsCompleted);

        upload.GoOn();
        Assert.NotEmpty(await stalled);
    }

    [Fact]
    public async Task TranscribeAsync_MoreThanMaxFiles_Waits()
    {
        using StallingReader first = new(Talk(10), stallsAt: 0), second = new(Talk(10), stallsAt: 0);
        Task<List<FileSegment>>[] running = [AllAsync(() => first, Short), AllAsync(() => second, Live)];
        first.AwaitStall();
        second.AwaitStall();
        bool isOpened = false;
        var third = AllAsync(
            () =>
            {
                isOpened = true;
                return new TrackedReader(Talk(10));
            },
            Short);
        await _engine.WhenIdleAsync();
        Assert.False(isOpened);

        first.GoOn();

        Assert.NotEmpty(await third);
        Assert.False(running[1].IsCompleted);
        second.GoOn();
        await Task.WhenAll(running);
    }

    [Theory]
    [InlineData(false, 0), InlineData(true, 0), InlineData(false, 1), InlineData(true, 1)]
    public async Task TranscribeAsync_NothingInIt_GivesNoText(bool isLive, int samples)
    {
        var segments = await AllAsync(() => new TrackedReader(new float[samples]), Short with { IsLive = isLive });

        Assert.All(segments, segment => Assert.Equal("", segment.Result.Text));
    }

    private async Task AssertInvalidAsync(Func<AudioReader> open, FileTranscriptionOptions options)
    {
        var fault = await Assert.ThrowsAsync<AsrException>(() => AllAsync(open, options));

        Assert.Equal(AsrFailure.InvalidAudio, fault.Failure);
        await AssertNothingHeldAsync();
    }

    private async Task AssertNothingHeldAsync()
    {
        await _engine.WhenIdleAsync();
        Assert.Equal((0, 0, 0), (_model.OpenSequences, _model.LiveEmbeddings, _model.UsedKvBlocks));
    }

    private async Task<List<FileSegment>> AllAsync(
        Func<AudioReader> open, FileTranscriptionOptions options, Action<FileTranscriptionProgress>? progress = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var segments = new List<FileSegment>();
        await foreach (var segment in _engine.TranscribeAsync(open, options, progress, patience.Token)) segments.Add(segment);
        return segments;
    }

    /// <summary>Seven seconds of syllables, a second of quiet, and so on.</summary>
    private static float[] Talk(int seconds)
    {
        float[] samples = TestSignals.Syllables(seconds);
        for (int i = 0; i < samples.Length; i++)
        {
            if (i % 128_000 >= 112_000) samples[i] *= 0.001f;
        }
        return samples;
    }
}

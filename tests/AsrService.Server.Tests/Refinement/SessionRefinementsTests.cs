using System.Diagnostics.Metrics;
using AsrService.Contracts.V1;
using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using AsrService.Server.Diagnostics;
using AsrService.Server.Refinement;
using AsrService.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AsrService.Server.Tests.Refinement;

[Trait("Category", "Unit")]
public sealed class SessionRefinementsTests : IDisposable
{
    private static readonly RefinementOptions Few = FakeAligner.Hasty with { MaxPerChannel = 2, MaxWaiting = 3 };

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _ending = new();
    private readonly FakeAligner _aligner = new();
    private readonly WordAligner _shared;

    public SessionRefinementsTests() => _shared = new WordAligner(
        _aligner, Few, new RefinementMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System,
        NullLogger<WordAligner>.Instance);

    public void Dispose()
    {
        _ending.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task RunAsync_CallerWhoReadsNothing_HasNoMoreThanSoManyWaiting()
    {
        var writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var refinements = New("a");
        var written = new List<StreamingTranscribeResponse>();
        var running = refinements.RunAsync(async response =>
        {
            written.Add(response);
            await writing.Task;
        });
        for (int i = 0; i < 10; i++) refinements.Add(Final(i));
        refinements.Complete();
        writing.SetResult();
        await running;

        Assert.Equal(2, written.Count(response => response.Refinement is not null)); // one channel's share
        Assert.Equal(2, _aligner.Calls);
        Assert.InRange(written.Count(response => response.Warning is not null), 1, 2); // anew behind a refinement
    }

    [Fact]
    public async Task Add_ManyCalls_ShareThePlacesOfTheServer()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _aligner.Answer = async (request, _) =>
        {
            await answer.Task;
            return FakeAligner.Spread(request);
        };
        await using SessionRefinements one = New("a"), other = New("b");
        var warned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (first, second) = (WrittenAsync(one), WrittenAsync(other, warned));
        for (int i = 0; i < 2; i++) one.Add(Final(i));
        while (_aligner.Calls < 2) await Task.Yield();
        other.Add(Final(0));
        while (_aligner.Calls < 3) await Task.Yield();
        other.Add(Final(1));
        await warned.Task.WaitAsync(TimeSpan.FromMinutes(1));
        other.Complete();
        one.Complete();
        answer.SetResult();

        Assert.Equal(2, (await first).Count(response => response.Refinement is not null));
        Assert.Single(await second, response => response.Refinement is not null);
        Assert.Single(await second, response => response.Warning?.ResultId == "b-0-1");
        Assert.True(_shared.TryTakePlace()); // all were given back
    }

    [Fact]
    public async Task RunAsync_ToldToEnd_DropsWhatIsUnderWayAndGivesThePlacesBack()
    {
        _aligner.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It was not given up.");
        };
        var refinements = New("a");
        var running = WrittenAsync(refinements);
        for (int i = 0; i < 2; i++) refinements.Add(Final(i));
        while (_aligner.Calls < 2) await Task.Yield();

        await _ending.CancelAsync();
        var written = await running;
        await refinements.DisposeAsync();

        Assert.Empty(written);

        for (int i = 0; i < Few.MaxWaiting; i++) Assert.True(_shared.TryTakePlace());
    }

    [Fact]
    public async Task Add_FinalWithoutItsAudio_IsWarnedOf()
    {
        await using var refinements = New("a");
        refinements.Add(Final(0) with { Samples = default });
        refinements.Add(Final(1) with { Words = [], StableText = "" });
        refinements.Complete();

        var response = Assert.Single(await WrittenAsync(refinements));

        Assert.Equal("a-0-0", response.Warning.ResultId);
        Assert.Equal(0, _aligner.Calls);
    }

    private SessionRefinements New(string session) => new(_shared, session, channels: 1, TimeProvider.System, _ending.Token);

    private static async Task<List<StreamingTranscribeResponse>> WrittenAsync(
        SessionRefinements refinements, TaskCompletionSource? warned = null)
    {
        var written = new List<StreamingTranscribeResponse>();
        await refinements.RunAsync(response =>
        {
            written.Add(response);
            if (response.Warning is not null) warned?.TrySetResult();
            return Task.CompletedTask;
        });
        return written;
    }

    private static ResultEvent Final(int index) => new(0, index, 1, IsFinal: true)
    {
        StableText = "hello",
        Start = TimeSpan.FromSeconds(index),
        End = TimeSpan.FromSeconds(index + 1),
        Language = LanguageCatalog.All.First(language => language.Code == "en"),
        Words = [new TranscriptWord("hello", TimeSpan.FromSeconds(index), TimeSpan.FromSeconds(index + 1), 0.9f, IsStable: true)],
        Samples = TestSignals.Syllables(1),
    };
}

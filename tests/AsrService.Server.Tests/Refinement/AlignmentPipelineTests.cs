using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Server.Refinement;
using AsrService.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace AsrService.Server.Tests.Refinement;

[Trait("Category", "Unit")]
public class AlignmentPipelineTests
{
    private static readonly AlignmentRequest Request = new(new float[16_000], "one two", null);

    private readonly FakeAligner _aligner = new();
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task AlignAsync_UnavailableAtFirst_IsTriedAgain()
    {
        int failures = 2;
        _aligner.Answer = (request, _) => failures-- > 0 ? throw Fault(AsrFailure.Unavailable) : Task.FromResult(FakeAligner.Spread(request));

        var outcome = await new AlignmentPipeline(_aligner, FakeAligner.Hasty, TimeProvider.System, NullLogger.Instance)
            .AlignAsync(Request, CancellationToken.None);

        Assert.Equal(["one", "two"], outcome.Aligned!.Units.Select(unit => unit.Text));
        Assert.Equal(3, _aligner.Calls);
    }

    [Theory]
    [InlineData(AsrFailure.InvalidAudio, AlignmentMiss.Refused)]
    [InlineData(AsrFailure.StreamLimitReached, AlignmentMiss.Full)]
    [InlineData(AsrFailure.ModelFault, AlignmentMiss.Failed)]
    internal async Task AlignAsync_AnotherFault_IsNotTriedAgain(AsrFailure failure, AlignmentMiss expected)
    {
        _aligner.Answer = (_, _) => throw Fault(failure);

        var outcome = await Pipeline().AlignAsync(Request, CancellationToken.None);

        Assert.Equal((expected, 1), (outcome.Fault!.ToMiss(), _aligner.Calls));
    }

    [Fact]
    public async Task AlignAsync_NeverAnswered_TakesTheTimeoutAlthoughItsTokenIsIgnored()
    {
        _aligner.Answer = (_, _) => new TaskCompletionSource<AlignedText>().Task;

        var aligning = Pipeline().AlignAsync(Request, CancellationToken.None);
        _clock.Advance(new RefinementOptions().Timeout - TimeSpan.FromMilliseconds(1));
        bool wasEarly = aligning.IsCompleted;
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(wasEarly);
        Assert.Equal(AlignmentMiss.Timeout, (await aligning).Fault!.ToMiss());
    }

    [Fact]
    public async Task AlignAsync_FailuresInARow_OpenTheCircuitUntilOneSucceeds()
    {
        var (pipeline, options) = (Pipeline(), new RefinementOptions());
        _aligner.Answer = (_, _) => throw new InvalidOperationException("A fault injected.");
        for (int i = 0; i < options.FewestCalls; i++)
            Assert.Equal(AlignmentMiss.Failed, (await pipeline.AlignAsync(Request, CancellationToken.None)).Fault!.ToMiss());

        Assert.Equal(AlignmentMiss.CircuitOpen, (await pipeline.AlignAsync(Request, CancellationToken.None)).Fault!.ToMiss());
        Assert.Equal(options.FewestCalls, _aligner.Calls);

        _clock.Advance(options.Pause);
        Assert.Equal(AlignmentMiss.Failed, (await pipeline.AlignAsync(Request, CancellationToken.None)).Fault!.ToMiss());
        Assert.Equal(AlignmentMiss.CircuitOpen, (await pipeline.AlignAsync(Request, CancellationToken.None)).Fault!.ToMiss());
        Assert.Equal(options.FewestCalls + 1, _aligner.Calls); // one alone has tried

        _clock.Advance(options.Pause);
        _aligner.Answer = (request, _) => Task.FromResult(FakeAligner.Spread(request));
        for (int i = 0; i < 3; i++) Assert.NotNull((await pipeline.AlignAsync(Request, CancellationToken.None)).Aligned);
    }

    [Fact]
    public async Task AlignAsync_SegmentsThatAreRefused_LeaveTheCircuitClosed()
    {
        var pipeline = Pipeline();
        _aligner.Answer = (_, _) => throw Fault(AsrFailure.InvalidAudio);
        for (int i = 0; i < 20; i++) await pipeline.AlignAsync(Request, CancellationToken.None);

        Assert.Equal(20, _aligner.Calls);
    }

    [Fact]
    public async Task AlignAsync_GivenUp_IsCancelledAndCountsForNothing()
    {
        var pipeline = Pipeline();
        _aligner.Answer = (_, _) => new TaskCompletionSource<AlignedText>().Task;
        for (int i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var aligning = pipeline.AlignAsync(Request, cancellation.Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => aligning);
        }

        _aligner.Answer = (request, _) => Task.FromResult(FakeAligner.Spread(request));
        Assert.NotNull((await pipeline.AlignAsync(Request, CancellationToken.None)).Aligned);
    }

    private AlignmentPipeline Pipeline() => new(_aligner, new RefinementOptions(), _clock, NullLogger.Instance);

    private static AsrException Fault(AsrFailure failure) => new(failure, "A fault injected.");
}

using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AsrService.Contracts.V1;
using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using AsrService.Server.Refinement;
using AsrService.TestKit;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Language = AsrService.Engine.Transcripts.Language;

namespace AsrService.Server.Tests.Refinement;

[Trait("Category", "EndToEnd")]
public sealed class GrpcAlignerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly Language English = LanguageCatalog.All.First(language => language.Code == "en");

    private readonly TemporaryFolder _folder = new();

    private string Socket => Path.Combine(_folder.Path, "aligner.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AlignAsync_ManyAtOnce_ShareOneStreamAndGetTheirOwn()
    {
        await using var service = await FakeAlignerService.StartAsync(Socket);
        var heard = new ConcurrentDictionary<string, float[]>();
        service.Answer = segment =>
        {
            heard[segment.Text] = MemoryMarshal.Cast<byte, float>(segment.Audio.Span).ToArray();
            return Task.FromResult<StreamingAlignResponse?>(FakeAlignerService.Spread(segment));
        };
        await using var aligner = Connect();
        var requests = Enumerable.Range(1, 100).Select(i => Request($"one two number{i}", i / 20.0)).ToList();

        var answers = await Task.WhenAll(requests.Select(request => aligner.AlignAsync(request, CancellationToken.None)));

        foreach (var (request, answer) in requests.Zip(answers))
        {
            Assert.Equal(FakeAligner.Spread(request).Units, answer.Units);
            Assert.Equal(request.Samples.ToArray(), heard[request.Text]);
        }

        Assert.Equal((1, 0), (service.Streams, service.Alone));
    }

    [Theory, InlineData(1), InlineData(30)]
    public async Task AlignAsync_WithAKey_ShowsIt(double seconds)
    {
        await using var service = await FakeAlignerService.StartAsync(Socket);
        await using var aligner = Connect("secret");

        await aligner.AlignAsync(Request("one", seconds), CancellationToken.None);

        Assert.Equal("Bearer secret", service.Authorization);
    }

    [Fact]
    public async Task AlignAsync_LongSegment_GoesByItself()
    {
        await using var service = await FakeAlignerService.StartAsync(Socket);
        await using var aligner = Connect();
        var request = Request("one two three", 30);

        var answer = await aligner.AlignAsync(request, CancellationToken.None);

        Assert.Equal(FakeAligner.Spread(request).Units, answer.Units);
        Assert.Equal((0, 1), (service.Streams, service.Alone));
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "segment.language", AsrFailure.InvalidOptions)]
    [InlineData(StatusCode.InvalidArgument, "segment.audio", AsrFailure.InvalidAudio)]
    [InlineData(StatusCode.ResourceExhausted, null, AsrFailure.StreamLimitReached)]
    [InlineData(StatusCode.Unavailable, null, AsrFailure.Unavailable)]
    [InlineData(StatusCode.Internal, null, AsrFailure.ModelFault)]
    public async Task AlignAsync_ASegmentRefused_FailsAloneAndSaysWhy(StatusCode code, string? field, AsrFailure expected)
    {
        await using var service = await FakeAlignerService.StartAsync(Socket);
        var status = new Google.Rpc.Status { Code = (int)code };
        if (field is not null)
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field } } }));
        service.Answer = segment => Task.FromResult<StreamingAlignResponse?>(
            segment.Text == "bad" ? new() { SegmentId = segment.SegmentId, Error = status } : FakeAlignerService.Spread(segment));
        await using var aligner = Connect();

        var good = aligner.AlignAsync(Request("good", 1), CancellationToken.None);
        var failure = await Assert.ThrowsAsync<AsrException>(() => aligner.AlignAsync(Request("bad", 1), CancellationToken.None));

        Assert.Equal((expected, field?.Split('.')[1]), (failure.Failure, failure.Field));
        Assert.Single((await good).Units);
        Assert.Equal(1, service.Streams);
    }

    [Fact]
    public async Task AlignAsync_ServiceRestarted_FailsAsUnavailableAndThenWorksAgain()
    {
        var service = await FakeAlignerService.StartAsync(Socket);
        await using var aligner = Connect();
        await aligner.AlignAsync(Request("before", 1), CancellationToken.None);
        service.Answer = _ => new TaskCompletionSource<StreamingAlignResponse?>().Task;
        var waiting = aligner.AlignAsync(Request("amid", 1), CancellationToken.None);
        while (service.Segments < 2) await Task.Yield();
        await service.DisposeAsync();

        var amid = await Assert.ThrowsAsync<AsrException>(() => waiting);
        var away = await Assert.ThrowsAsync<AsrException>(() => aligner.AlignAsync(Request("away", 1), CancellationToken.None));
        await using var again = await FakeAlignerService.StartAsync(Socket);
        var answer = await aligner.AlignAsync(Request("after", 1), CancellationToken.None);

        Assert.Equal((AsrFailure.Unavailable, AsrFailure.Unavailable), (amid.Failure, away.Failure));
        Assert.Equal("after", Assert.Single(answer.Units).Text);
        Assert.Equal(1, again.Streams);
    }

    [Fact]
    public async Task AlignAsync_StreamThatAnswersNobody_IsReplaced()
    {
        await using var service = await FakeAlignerService.StartAsync(Socket);
        service.Answer = segment => service.Streams == 1
            ? new TaskCompletionSource<StreamingAlignResponse?>().Task
            : Task.FromResult<StreamingAlignResponse?>(FakeAlignerService.Spread(segment));
        var clock = new ManualTimeProvider();
        await using var aligner = new GrpcAligner("unix:" + Socket, "", Patience, clock);

        var waiting = aligner.AlignAsync(Request("late", 1), CancellationToken.None);
        while (service.Segments == 0) await Task.Yield();
        clock.Advance(Patience);
        var failure = await Assert.ThrowsAsync<AsrException>(() => waiting);
        var next = await aligner.AlignAsync(Request("next", 1), CancellationToken.None);

        Assert.Equal(AsrFailure.Unavailable, failure.Failure);
        Assert.Single(next.Units);
        Assert.Equal(2, service.Streams);
    }

    [Fact]
    public async Task AlignAsync_GivenUp_LeavesTheStreamToOthers()
    {
        await using var service = await FakeAlignerService.StartAsync(Socket);
        service.Answer = segment => segment.Text == "never"
            ? new TaskCompletionSource<StreamingAlignResponse?>().Task
            : Task.FromResult<StreamingAlignResponse?>(FakeAlignerService.Spread(segment));
        await using var aligner = Connect();
        using var cancellation = new CancellationTokenSource();

        var waiting = aligner.AlignAsync(Request("never", 1), cancellation.Token);
        while (service.Segments == 0) await Task.Yield();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        Assert.Single((await aligner.AlignAsync(Request("other", 1), CancellationToken.None)).Units);
        Assert.Equal(1, service.Streams);
    }

    private GrpcAligner Connect(string apiKey = "") => new("unix:" + Socket, apiKey, Patience, TimeProvider.System);

    private static AlignmentRequest Request(string text, double seconds) => new(TestSignals.Syllables(seconds), text, English);
}

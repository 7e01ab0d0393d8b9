using System.Runtime.InteropServices;
using AsrService.Contracts.V1;
using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Server.Refinement;
using AsrService.TestKit;
using Grpc.Core;
using AlignedUnit = AsrService.Engine.Alignment.AlignedUnit;

namespace AsrService.Server.Tests.Refinement;

/// <summary>Refinements of live calls, with an aligner that does its worst.</summary>
[Trait("Category", "EndToEnd")]
public class RefinementCallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly byte[] Speech = Clips.Interview(9);

    public static TheoryData<string> Faults { get; } = ["down", "throws", "refuses", "other units", "other times", "backwards"];

    [Fact]
    public async Task Final_AlignerAnswers_IsRefinedOnceWithItsOwnWords()
    {
        var aligner = new FakeAligner();
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner));

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);

        Assert.Equal(EndReason.AudioCompleted, outcome.Ended);
        Assert.True(outcome.Finals.Count > 1);
        AssertRefined(outcome, outcome.Finals);
        Assert.DoesNotContain(outcome.Responses, response => response.Warning is not null);
        Assert.Equal(outcome.Finals.Count, aligner.Calls);
        foreach (var (final, refinement) in outcome.Finals.Zip(outcome.Finals.Select(final => RefinementOf(outcome, final))))
        {
            var length = final.End.ToTimeSpan() - final.Start.ToTimeSpan();
            Assert.Equal(final.Start, refinement.Words[0].Start); // the fake's first unit begins at its clip's first sample
            Assert.InRange(refinement.Words[^1].End.ToTimeSpan(), final.Start.ToTimeSpan() + length * 0.9, final.End.ToTimeSpan());
        }
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task Final_AlignerFails_StandsWithAWarning(string fault)
    {
        var aligner = new FakeAligner();
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner));
        var expected = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        aligner.Answer = FaultOf(fault);

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);

        Assert.Equal(expected.Words, outcome.Words);
        Assert.Equal(TimesOf(expected.Finals), TimesOf(outcome.Finals));
        Assert.DoesNotContain(outcome.Responses, response => response.Refinement is not null);
        var warning = Assert.Single(outcome.Responses, response => response.Warning is not null).Warning;
        Assert.Equal(WarningCode.WordTimesUnavailable, warning.Code);
        Assert.Contains(outcome.Finals, final => final.ResultId == warning.ResultId);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Final_AlignerComesBack_IsRefinedAndTheNextFailureIsToldAnew()
    {
        var aligner = new FakeAligner();
        var right = aligner.Answer;
        await using var server = await TestServer.StartAsync(
            null, FakeAligner.Serve(aligner, FakeAligner.Hasty with { FewestCalls = 100 }));
        using var call = new LiveCall(server.Client);
        await call.SendAsync(new() { Config = LiveCall.Config });

        foreach (bool works in (bool[])[false, false, true, false])
        {
            int calls = aligner.Calls;
            aligner.Answer = works ? right : FaultOf("throws");
            foreach (byte[] chunk in Speech[..96_000].Chunk(32_000)) await call.SendAsync(LiveCall.Audio(chunk));
            await call.SendAsync(new() { Control = new Control { Finalize = new() } });
            await UntilAsync(() => aligner.Calls > calls);
        }

        await call.CompleteAsync();
        var outcome = await call.EndAsync();

        string told = string.Concat(outcome.Responses.Select(one => one.Warning is not null ? "w" : one.Refinement is not null ? "r" : ""));
        Assert.Equal("wrw", told);
    }

    [Fact]
    public async Task Final_AlignerNeverAnswers_IsNotDelayedAndTheEndWaitsForTheTimeoutAlone()
    {
        var (aligner, clock) = (new FakeAligner { Answer = (_, _) => new TaskCompletionSource<AlignedText>().Task }, new ManualTimeProvider());
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner, clock: clock));
        using var call = server.Client.StreamingTranscribe();
        await call.RequestStream.WriteAsync(new() { Config = LiveCall.Config });
        foreach (byte[] chunk in Speech.Chunk(32_000)) await call.RequestStream.WriteAsync(LiveCall.Audio(chunk));
        await call.RequestStream.CompleteAsync();
        using var patience = new CancellationTokenSource(Patience);
        TimeSpan final = default;

        while (final < TimeSpan.FromSeconds(9)) // all finals come, though the clock that an answer has stands still
        {
            Assert.True(await call.ResponseStream.MoveNext(patience.Token));
            Assert.Null(call.ResponseStream.Current.Ended);
            final = call.ResponseStream.Current.Cursors.Final.ToTimeSpan();
        }

        await UntilAsync(() => aligner.Calls > 1);
        var next = call.ResponseStream.MoveNext(patience.Token);
        clock.Advance(new RefinementOptions().Timeout);
        var rest = new List<StreamingTranscribeResponse>();
        for (; await next; next = call.ResponseStream.MoveNext(patience.Token)) rest.Add(call.ResponseStream.Current);

        Assert.Equal(EndReason.AudioCompleted, rest[^1].Ended.Reason);
        Assert.Single(rest, response => response.Warning?.Code == WarningCode.WordTimesUnavailable);
        Assert.DoesNotContain(rest, response => response.Result is not null || response.Refinement is not null);
    }

    [Fact]
    public async Task Call_OfEightChannels_HasAllItsFinalsRefined()
    {
        const int Channels = 8;
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(new FakeAligner()));
        var mono = MemoryMarshal.Cast<byte, short>(Speech.AsSpan(0, 160_000)).ToArray();
        var frames = new short[mono.Length * Channels];
        for (int i = 0; i < frames.Length; i++) frames[i] = mono[i / Channels];
        var config = LiveCall.Config;
        config.AudioFormat.Channels = Channels;
        config.Interim = new InterimOptions { Disabled = true };

        var outcome = await LiveCall.RunAsync(server.Client, config, MemoryMarshal.AsBytes(frames.AsSpan()).ToArray(), 32_000);

        Assert.Equal(Channels, outcome.Finals.Select(final => final.Channel).Distinct().Count());
        AssertRefined(outcome, outcome.Finals);
    }

    [Fact]
    public async Task Call_Resumed_HasTheFinalsThatComeThenRefined()
    {
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(new FakeAligner()));
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length / 2, 3200);
        await caller.ReadAsync(response => response.Refinement is not null);

        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length, 3200);
        var final = await caller.ReadAsync(response => response.Result is { IsFinal: true });
        var refined = await caller.ReadAsync(response => response.Refinement is not null);

        Assert.Equal(final.Result.ResultId, refined.Refinement.ResultId);
        await caller.CompleteAsync();
    }

    [Fact]
    public async Task Call_MoreFinalsThanMayWait_LeavesTheRestAsTheyAreAndWarnsOnce()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aligner = new FakeAligner();
        aligner.Answer = async (request, _) =>
        {
            await release.Task;
            return FakeAligner.Spread(request);
        };
        await using var server = await TestServer.StartAsync(
            null, FakeAligner.Serve(aligner, FakeAligner.Hasty with { MaxPerChannel = 1, Timeout = Patience }));
        using var call = server.Client.StreamingTranscribe();
        await call.RequestStream.WriteAsync(new() { Config = LiveCall.Config });
        foreach (byte[] chunk in Clips.Interview(15).Chunk(32_000)) await call.RequestStream.WriteAsync(LiveCall.Audio(chunk));
        await call.RequestStream.CompleteAsync();

        var responses = new List<StreamingTranscribeResponse>();
        using var patience = new CancellationTokenSource(Patience);
        while (await call.ResponseStream.MoveNext(patience.Token))
        {
            responses.Add(call.ResponseStream.Current);
            if (responses[^1].Cursors.Final.ToTimeSpan() >= TimeSpan.FromSeconds(15)) release.TrySetResult();
        }

        var finals = responses.Where(response => response.Result is { IsFinal: true }).Select(response => response.Result).ToList();
        Assert.True(finals.Count > 2);
        Assert.Equal(finals[0].ResultId, Assert.Single(responses, response => response.Refinement is not null).Refinement.ResultId);
        Assert.Equal(finals[1].ResultId, Assert.Single(responses, response => response.Warning is not null).Warning.ResultId);
        Assert.Equal(1, aligner.Calls);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Call_EndsWhileFinalsWait_GivesThemUp(bool isStopped)
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aligner = new FakeAligner();
        aligner.Answer = async (_, token) =>
        {
            token.Register(() => given.TrySetResult());
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It was not given up.");
        };
        await using var server = await TestServer.StartAsync(
            null, FakeAligner.Serve(aligner, FakeAligner.Hasty with { Timeout = TimeSpan.FromHours(1) }), "Asr:Drain:GracePeriod=00:00:00");
        using var cancellation = new CancellationTokenSource();
        using var call = new LiveCall(server.Client, cancellationToken: cancellation.Token);
        await call.SendAsync(new() { Config = LiveCall.Config });
        foreach (byte[] chunk in Speech.Chunk(32_000)) await call.SendAsync(LiveCall.Audio(chunk));
        await UntilAsync(() => aligner.Calls > 0);

        if (isStopped) await server.StopAsync();
        else await cancellation.CancelAsync();
        var outcome = await call.EndAsync();
        await given.Task.WaitAsync(Patience);

        Assert.Equal(isStopped ? StatusCode.Unavailable : StatusCode.Cancelled, outcome.Code);
        Assert.Equal(isStopped ? EndReason.Drain : null, outcome.Ended);
        Assert.DoesNotContain(outcome.Responses, response => response.Refinement is not null || response.Warning is not null);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Call_SupersededWhileItsEndWaits_EndsAtOnce()
    {
        var aligner = new FakeAligner { Answer = (_, _) => new TaskCompletionSource<AlignedText>().Task };
        await using var server = await TestServer.StartAsync(
            null, FakeAligner.Serve(aligner, FakeAligner.Hasty with { Timeout = TimeSpan.FromHours(1) }));
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length, 3200);
        var resume = caller.Resume;
        var completing = caller.CompleteAsync();
        await UntilAsync(() => aligner.Calls > 1);

        using var newer = server.Client.StreamingTranscribe();
        await newer.RequestStream.WriteAsync(new() { Resume = resume });
        var failure = await Assert.ThrowsAsync<RpcException>(() => completing.WaitAsync(Patience));

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
    }

    [Fact]
    public async Task Call_InALanguageWithoutAligner_IsWarnedOnceAndAsksNothing()
    {
        var aligner = new FakeAligner { Languages = [Engine.Transcripts.LanguageCatalog.All[0]] };
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner));

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);

        Assert.True(outcome.Finals.Count > 1);
        var warning = Assert.Single(outcome.Responses, response => response.Warning is not null).Warning;
        Assert.Contains("English", warning.Message, StringComparison.Ordinal);
        Assert.Equal(0, aligner.Calls);
    }

    [Theory, InlineData(WordTimes.None), InlineData(WordTimes.Estimated)]
    public async Task Call_ThatWantsNoAlignedTimes_AsksNothing(WordTimes times)
    {
        var aligner = new FakeAligner();
        await using var server = await TestServer.StartAsync(null, FakeAligner.Serve(aligner));
        var config = LiveCall.Config;
        config.Recognition = new RecognitionOptions { WordTimes = times };

        var outcome = await LiveCall.RunAsync(server.Client, config, Speech);

        Assert.NotEmpty(outcome.Finals);
        Assert.Equal(0, aligner.Calls);
        Assert.DoesNotContain(outcome.Responses, response => response.Refinement is not null || response.Warning is not null);
    }

    /// <summary>Each final has one refinement, behind it, that says its very words.</summary>
    internal static void AssertRefined(LiveOutcome outcome, IReadOnlyList<Result> finals)
    {
        Assert.Equal(finals.Count(final => final.Words.Count > 0), outcome.Responses.Count(response => response.Refinement is not null));
        foreach (var final in finals.Where(final => final.Words.Count > 0))
        {
            var refinement = RefinementOf(outcome, final);
            Assert.Equal(final.Words.Select(word => (word.Text, word.Confidence)), refinement.Words.Select(word => (word.Text, word.Confidence)));
            Assert.All(refinement.Words, word => Assert.Equal((WordTiming.Aligned, true), (word.Timing, word.IsStable)));
            int finalAt = IndexOf(response => response.Result is { IsFinal: true } && response.Result.ResultId == final.ResultId);
            Assert.InRange(IndexOf(response => response.Refinement?.ResultId == final.ResultId), finalAt + 1, outcome.Responses.Count - 2);
        }

        int IndexOf(Func<StreamingTranscribeResponse, bool> isIt) => outcome.Responses.ToList().FindIndex(response => isIt(response));
    }

    private static Contracts.V1.Refinement RefinementOf(LiveOutcome outcome, Result final) =>
        Assert.Single(outcome.Responses, response => response.Refinement?.ResultId == final.ResultId).Refinement;

    private static IEnumerable<string> TimesOf(IEnumerable<Result> finals) =>
        finals.SelectMany(final => final.Words.Select(word => $"{word.Text} {word.Start} {word.End} {word.Timing}"));

    private static Func<AlignmentRequest, CancellationToken, Task<AlignedText>> FaultOf(string fault) => fault switch
    {
        "down" => (_, _) => Task.FromException<AlignedText>(new AsrException(AsrFailure.Unavailable, "A fault injected.")),
        "throws" => (_, _) => throw new InvalidOperationException("A fault injected."),
        "refuses" => (_, _) => throw new AsrException(AsrFailure.InvalidAudio, "A fault injected."),
        "other units" => (request, _) => Changed(request, (unit, i) => unit with { Text = $"{i}" }),
        "other times" => (request, _) => Changed(request, (unit, i) => unit with { End = unit.End + TimeSpan.FromDays(100 * (i + 1)) }),
        "backwards" => (request, _) => Changed(request, (unit, i) => unit with { Start = unit.Start - (i + 1) * TimeSpan.FromSeconds(1) }),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
    };

    private static Task<AlignedText> Changed(AlignmentRequest request, Func<AlignedUnit, int, AlignedUnit> change)
    {
        var right = FakeAligner.Spread(request);
        return Task.FromResult(right with { Units = [.. right.Units.Select(change)] });
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}

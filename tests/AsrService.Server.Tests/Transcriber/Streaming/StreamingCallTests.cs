using System.Runtime.InteropServices;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Server.Tests.Transcriber.Streaming;

/// <summary>Every documented end of a live call, over loopback HTTP/2, beside a stream that must not notice.</summary>
[Trait("Category", "EndToEnd")]
public class StreamingCallTests
{
    private const double InnocentSeconds = 6;

    private static readonly byte[] Speech = Clips.Interview(InnocentSeconds);

    private static readonly StreamingTranscribeRequest Start = new() { Config = LiveCall.Config };

    public static TheoryData<string, StatusCode, string?> BadInputs => new()
    {
        { "audio before config", StatusCode.FailedPrecondition, "MESSAGE_ORDER" },
        { "config twice", StatusCode.FailedPrecondition, "MESSAGE_ORDER" },
        { "nothing", StatusCode.FailedPrecondition, "MESSAGE_ORDER" },
        { "resume", StatusCode.NotFound, "TOKEN_INVALID" },
        { "empty message", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "empty control", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "odd byte count", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "audio over 64 KiB", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "message over 4 MiB", StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE" },
        { "wrong rate", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "unknown language", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "unknown model", StatusCode.NotFound, "MODEL_UNKNOWN" },
        { "aligned times required", StatusCode.FailedPrecondition, "WORD_TIMES" },
        { "gap", StatusCode.OutOfRange, "SEQUENCE_GAP" },
        { "silence of nothing", StatusCode.InvalidArgument, "BAD_VALUE" },
        { "bad update", StatusCode.InvalidArgument, "BAD_VALUE" },
    };

    [Fact]
    public async Task BadInput_OfEveryKind_HasItsStatusAndHarmsNobody()
    {
        await using var server = await TestServer.StartAsync();
        var alone = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        Assert.NotEmpty(alone.Finals);

        foreach (var row in BadInputs)
        {
            var (name, code, reason) = row.Data;
            var innocent = LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
            var bad = await LiveCall.RunAsync(server.Client, Requests(name));

            Assert.True(code == bad.Code, $"{name}: {bad.Status}");
            Assert.True(reason == bad.Reason, $"{name}: {bad.Status}");
            Assert.Null(bad.Ended);
            var beside = await innocent;
            Assert.True(alone.Words.SequenceEqual(beside.Words), $"{name}: {string.Join("; ", beside.Words)}");
        }

        Assert.Empty(server.Errors.Lines);
        Assert.Equal(0, server.Engine.Health.Channels);
    }

    [Fact]
    public async Task Call_OfSpeech_IsStartedFirstEndedLastAndFinalsDoNotDependOnChunks()
    {
        await using var server = await TestServer.StartAsync();

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        var others = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech, chunk: 6398);

        Assert.Equal(StatusCode.OK, outcome.Code);
        Assert.NotNull(outcome.Responses[0].Started);
        Assert.True(outcome.Responses[0].Started.Model.IsDemonstration);
        Assert.NotEmpty(outcome.Responses[0].Started.Model.Notice);
        Assert.Equal(EndReason.AudioCompleted, outcome.Ended);
        Assert.Equal(outcome.Words, others.Words);
        var totals = outcome.Responses[^1].Ended.Totals;
        Assert.Equal(TimeSpan.FromSeconds(InnocentSeconds), totals.Audio.ToTimeSpan());
        Assert.Equal((uint)outcome.Finals.Count, totals.Finals);
        Assert.Single(outcome.Responses, one => one.Warning?.Code == WarningCode.WordTimesUnavailable);
        AssertEnvelopes(outcome.Responses);
    }

    [Fact]
    public async Task Call_ResentWithSequences_GivesTheSameFinals()
    {
        await using var server = await TestServer.StartAsync();
        var expected = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        var requests = new List<StreamingTranscribeRequest> { Start };
        for (int at = 0; at < Speech.Length; at += 3200)
        {
            int from = Math.Max(0, at - 1000);
            requests.Add(LiveCall.Audio(Speech.AsSpan(from, Math.Min(4200, Speech.Length - from)), (ulong)from / 2));
        }

        var resent = await LiveCall.RunAsync(server.Client, requests);

        Assert.Equal(expected.Words, resent.Words);
        Assert.Equal((ulong)Speech.Length / 2, resent.Responses[^1].Cursors.AckedSequence);
    }

    [Fact]
    public async Task Call_WithoutAudioOrSpeech_EndsWithOkAndNoResult()
    {
        await using var server = await TestServer.StartAsync();

        var empty = await LiveCall.RunAsync(server.Client, Start);
        var silent = await LiveCall.RunAsync(
            server.Client, Start, new() { Silence = new Silence { Duration = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)) } });

        Assert.All([empty, silent], outcome =>
        {
            Assert.Equal((StatusCode.OK, EndReason.AudioCompleted), (outcome.Code, outcome.Ended));
            Assert.DoesNotContain(outcome.Responses, one => one.Result is not null);
        });
        Assert.Equal(TimeSpan.FromSeconds(10), silent.Responses[^1].Cursors.Final.ToTimeSpan());
    }

    [Fact]
    public async Task Call_Idle_EndsAbortedAfterItsFinals()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Limits:MaxIdle=00:00:01");
        using var call = new LiveCall(server.Client);
        await call.SendAsync(Start);
        foreach (byte[] chunk in Speech.Chunk(32_000)) await call.SendAsync(LiveCall.Audio(chunk));

        var outcome = await call.EndAsync();

        Assert.Equal((StatusCode.Aborted, "IDLE", EndReason.Idle), (outcome.Code, outcome.Reason, outcome.Ended));
        AssertToken(outcome);
        Assert.NotEmpty(outcome.Finals);
    }

    [Fact]
    public async Task Call_BeyondTheSessionLimit_EndsOutOfRangeAfterItsFinals()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Limits:MaxSession=00:00:05");

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);

        Assert.Equal((StatusCode.OutOfRange, "SESSION_LIMIT", EndReason.SessionLimit), (outcome.Code, outcome.Reason, outcome.Ended));
        AssertToken(outcome);
        Assert.NotEmpty(outcome.Finals);
        Assert.Equal(TimeSpan.FromSeconds(5), outcome.Responses[^1].Ended.Totals.Audio.ToTimeSpan());
    }

    [Fact]
    public async Task Call_WithoutAPlace_IsRefusedWithQuotaAndRetry()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=1");
        using var first = new LiveCall(server.Client);
        await first.SendAsync(Start);
        await first.StartedAsync();

        var second = await LiveCall.RunAsync(server.Client, Start);
        await first.CompleteAsync();

        Assert.Equal((StatusCode.ResourceExhausted, "SERVER_FULL"), (second.Code, second.Reason));
        Assert.Equal("server", Assert.Single(second.Status.GetDetail<QuotaFailure>()!.Violations).Subject);
        Assert.NotNull(second.Status.GetDetail<RetryInfo>());
        Assert.Equal(StatusCode.OK, (await first.EndAsync()).Code);
        Assert.Equal(StatusCode.OK, (await LiveCall.RunAsync(server.Client, Start)).Code);
    }

    [Fact]
    public async Task Call_CancelledOrPastItsDeadline_FreesItsPlaceAndLogsNoError()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=1");
        for (int i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            using var call = new LiveCall(
                server.Client, i % 2 == 0 ? null : TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300),
                cancellationToken: cancellation.Token);
            await call.SendAsync(Start);
            await call.StartedAsync();
            if (i % 2 == 0) await cancellation.CancelAsync();
            var outcome = await call.EndAsync();
            Assert.Equal(i % 2 == 0 ? StatusCode.Cancelled : StatusCode.DeadlineExceeded, outcome.Code);
            await ChannelsAsync(server, 0);
        }

        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Call_WhenTheServerStops_IsToldAndEndsUnavailable()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Drain:GracePeriod=00:00:00");
        using var call = new LiveCall(server.Client);
        await call.SendAsync(Start);
        await call.SendAsync(LiveCall.Audio(Speech.AsSpan(0, 32_000)));
        await call.StartedAsync();

        await server.StopAsync();
        var outcome = await call.EndAsync();

        Assert.Equal((StatusCode.Unavailable, "DRAINING", EndReason.Drain), (outcome.Code, outcome.Reason, outcome.Ended));
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Call_WhoseModelFails_IsInternalWithTheIdOfTheLog()
    {
        var model = new ScriptedModel();
        await using var server = await TestServer.StartAsync(new ScriptedSource(model));
        model.Extending = () => throw new InvalidOperationException("A fault injected.");

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        model.Extending = null;
        var next = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);

        Assert.Equal((StatusCode.Internal, "ENGINE_FAULT"), (outcome.Code, outcome.Reason));
        AssertToken(outcome);
        string id = outcome.Status.GetDetail<ErrorInfo>()!.Metadata["error_id"];
        Assert.Contains(server.Errors.Lines, line => line.Contains(id, StringComparison.Ordinal));
        Assert.DoesNotContain("injected", outcome.Status.ToString(), StringComparison.Ordinal);
        Assert.Equal(StatusCode.OK, next.Code);
    }

    [Fact]
    public async Task Call_WhoseCallerDoesNotRead_EndsAbortedAsASlowReader()
    {
        const int MoreThanFitsAnywhere = 4000;
        await using var server = await TestServer.StartAsync(new ScriptedSource(new ScriptedModel()));
        var reads = new TaskCompletionSource();
        using var call = new LiveCall(server.Client, readsAfter: reads.Task);
        var samples = TestSignals.Syllables(0.4);
        var speech = LiveCall.Audio(MemoryMarshal.AsBytes(Array.ConvertAll(samples, one => (short)(one * 32767)).AsSpan()));
        await call.SendAsync(Start);
        await ChannelsAsync(server, 1);
        var sending = SendAsync();
        await ChannelsAsync(server, 0);
        reads.SetResult();
        var outcome = await call.EndAsync();
        await sending;

        Assert.Equal((StatusCode.Aborted, "SLOW_READER"), (outcome.Code, outcome.Reason));
        AssertToken(outcome);
        Assert.Null(outcome.Ended);
        Assert.Equal(0, server.Engine.Health.Channels);
        Assert.Empty(server.Errors.Lines);

        async Task SendAsync()
        {
            try
            {
                for (int i = 0; i < MoreThanFitsAnywhere; i++)
                {
                    await call.SendAsync(speech);
                    await call.SendAsync(new() { Control = new Control { Finalize = new() } });
                }
            }
            catch (Exception ended) when (ended is RpcException or InvalidOperationException)
            {
                // The status tells.
            }
        }
    }

    /// <summary>The status has a token like the newest one sent.</summary>
    private static void AssertToken(LiveOutcome outcome)
    {
        string token = outcome.Status.GetDetail<ErrorInfo>()!.Metadata["resume_token"];
        int newest = outcome.Responses.Last(response => response.ResumeToken.Length > 0).ResumeToken.Length;
        Assert.Equal(newest, Convert.FromBase64String(token).Length);
    }

    private static async Task ChannelsAsync(TestServer server, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (server.Engine.Health.Channels != count)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static void AssertEnvelopes(IReadOnlyList<StreamingTranscribeResponse> responses)
    {
        for (int i = 1; i < responses.Count; i++)
        {
            var (before, now) = (responses[i - 1], responses[i]);
            Assert.Equal(before.SessionId, now.SessionId);
            Assert.True(now.Cursors.Received.ToTimeSpan() >= before.Cursors.Received.ToTimeSpan());
            Assert.True(now.Cursors.Processed.ToTimeSpan() >= before.Cursors.Processed.ToTimeSpan());
            Assert.True(now.Cursors.Final.ToTimeSpan() >= before.Cursors.Final.ToTimeSpan());
            Assert.True(now.Cursors.AckedSequence >= before.Cursors.AckedSequence);
            bool hasToken = now.Started is not null || now.Result is { IsFinal: true } || now.Flow is not null || now.Ended is not null;
            Assert.Equal(hasToken, now.ResumeToken.Length > 0);
        }
    }

    private static StreamingTranscribeRequest[] Requests(string name) => name switch
    {
        "audio before config" => [LiveCall.Audio(new byte[320])],
        "config twice" => [Start, LiveCall.Audio(new byte[320]), Start],
        "nothing" => [],
        "resume" => [new() { Resume = new Resume { SessionId = "x", Config = LiveCall.Config } }],
        "empty message" => [Start, new()],
        "empty control" => [Start, new() { Control = new Control() }],
        "odd byte count" => [Start, LiveCall.Audio(new byte[321])],
        "audio over 64 KiB" => [Start, LiveCall.Audio(new byte[65_538])],
        "message over 4 MiB" => [Start, LiveCall.Audio(new byte[(4 << 20) + 2])],
        "wrong rate" => [With(config => config.AudioFormat.SampleRateHertz = 7_000)],
        "unknown language" => [With(config => config.Recognition.Language = new() { Languages = { "Klingon" } })],
        "unknown model" => [With(config => config.Recognition.Model = "other")],
        "aligned times required" => [With(config => config.Recognition.WordTimes = WordTimes.AlignedRequired)],
        "gap" => [Start, LiveCall.Audio(new byte[320], 0), LiveCall.Audio(new byte[320], 161)],
        "silence of nothing" => [Start, new() { Silence = new Silence { Duration = new Duration() } }],
        "bad update" =>
        [
            Start, new() { Control = new Control { Update = new ConfigUpdate { Biasing = new Biasing { Terms = { "" } } } } },
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such input."),
    };

    private static StreamingTranscribeRequest With(Action<StreamingConfig> change)
    {
        var config = LiveCall.Config;
        config.Recognition = new RecognitionOptions();
        change(config);
        return new() { Config = config };
    }
}

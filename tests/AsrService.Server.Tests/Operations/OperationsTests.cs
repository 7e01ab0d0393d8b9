using System.Net;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;
using OperationsClient = AsrService.Contracts.V1.Operations.OperationsClient;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.Server.Tests.Operations;

[Trait("Category", "EndToEnd")]
public class OperationsTests
{
    [Fact]
    public async Task GetStats_WithNothingToDo_SaysSo()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=5");

        var stats = await new OperationsClient(server.Channel).GetStatsAsync(new());

        Assert.Equal("0.1.0", stats.ServerVersion);
        Assert.InRange(stats.Uptime.ToTimeSpan(), TimeSpan.Zero, TimeProvider.System.GetUtcNow() - System.Diagnostics.Process.GetCurrentProcess().StartTime);
        Assert.True(stats.IsReady);
        Assert.Empty(stats.NotReadyReasons);
        Assert.False(stats.IsDraining);
        Assert.Contains("demonstration", Assert.Single(stats.Models).Name, StringComparison.Ordinal);
        Assert.Equal((0u, 0u, 5u, 0u), (stats.SessionsActive, stats.ChannelsActive, stats.ChannelsCapacity, stats.ChannelsSpeaking));
        Assert.Equal((0u, 0u), (stats.SessionsDetached, stats.FilesActive));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (stats.LagP50.ToTimeSpan(), stats.LagP99.ToTimeSpan()));
        Assert.Null(stats.EffectiveRefreshInterval);
        Assert.Equal(DegradationLevel.None, stats.Degradation);
        Assert.True(stats.HeartbeatAge.ToTimeSpan() >= TimeSpan.Zero);
        Assert.Equal(0, stats.KvCacheUsage);
        Assert.InRange(stats.ResidentBytes, 20ul << 20, (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Assert.Equal((TimeSpan.Zero, 0ul, 0ul), (stats.AudioTranscribed.ToTimeSpan(), stats.EngineFaults, stats.StableViolations));
    }

    [Fact]
    public async Task GetStats_WhileSessionsRunAndAfter_CountsThem()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=3");
        var operations = new OperationsClient(server.Channel);
        var stereo = LiveCall.Config;
        stereo.AudioFormat.Channels = 2;
        using var first = new ResumingCaller(Clips.Interview(8), LiveCall.Config);
        using var second = new LiveCall(server.Client);
        await first.ConnectAsync(server.Client);
        await second.SendAsync(new() { Config = stereo });
        await second.StartedAsync();
        while (first.Sent < 6 * 32_000)
        {
            await first.SendToAsync(first.Sent + 16_000, 16_000);
            await first.ReadAsync(response => response.Cursors.AckedSequence == (ulong)first.Sent / 2);
        }

        var busy = await operations.GetStatsAsync(new());
        await server.Client.TranscribeAsync(new() { Audio = ByteString.CopyFrom(Clips.InterviewWav(3)) });
        await first.CompleteAsync();
        await second.CompleteAsync();
        await second.EndAsync();
        var idle = await operations.GetStatsAsync(new());

        Assert.Equal((2u, 3u, 3u), (busy.SessionsActive, busy.ChannelsActive, busy.ChannelsCapacity));
        Assert.InRange(busy.ChannelsSpeaking, 0u, 1u);
        Assert.InRange(busy.EffectiveRefreshInterval.ToTimeSpan(), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(4.5));
        Assert.InRange(busy.LagP50.ToTimeSpan(), TimeSpan.Zero, busy.LagP99.ToTimeSpan());
        Assert.InRange(busy.LagP99.ToTimeSpan(), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(busy.KvCacheUsage, 0, 1);
        Assert.Equal((0u, 0u, 0u), (idle.SessionsActive, idle.ChannelsActive, idle.FilesActive));
        Assert.True(idle.AudioTranscribed.ToTimeSpan() > TimeSpan.FromSeconds(5));
        Assert.Null(idle.EffectiveRefreshInterval);
    }

    [Fact]
    public async Task GetStats_AfterAFault_CountsIt()
    {
        var model = new ScriptedModel();
        await using var server = await TestServer.StartAsync(new ScriptedSource(model));
        model.Extending = () => throw new InvalidOperationException("broken on purpose");

        await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.TranscribeAsync(new() { Audio = ByteString.CopyFrom(Clips.InterviewWav(3)) }).ResponseAsync);

        Assert.Equal(1ul, (await new OperationsClient(server.Channel).GetStatsAsync(new())).EngineFaults);
        Assert.Single(server.Errors.Lines);
    }

    [Fact]
    public async Task GetStats_WhileTheModelIsStuck_SaysWhyAndHowLong()
    {
        using var held = new ManualResetEventSlim();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = new ManualTimeProvider();
        var model = new ScriptedModel();
        await using var server = await TestServer.StartAsync(new ScriptedSource(model), time);
        model.Extending = () =>
        {
            reached.TrySetResult();
            held.Wait();
        };
        var stuck = server.Client.TranscribeAsync(new() { Audio = ByteString.CopyFrom(Clips.InterviewWav(3)) });
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(6));

        var stats = await new OperationsClient(server.Channel).GetStatsAsync(new());
        held.Set();
        await stuck;

        Assert.Equal((false, "The batch loop is stuck."), (stats.IsReady, Assert.Single(stats.NotReadyReasons)));
        Assert.True(stats.HeartbeatAge.ToTimeSpan() >= TimeSpan.FromSeconds(5));
        Assert.Equal(1u, stats.FilesActive);
    }

    [Fact]
    public async Task SetDrain_BeginAndEnd_KeepsHealthInStep()
    {
        await using var server = await TestServer.StartAsync(new ScriptedSource(new ScriptedModel()));
        var operations = new OperationsClient(server.Channel);
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        using var running = new ResumingCaller(Clips.Interview(4), LiveCall.Config);
        await running.ConnectAsync(server.Client);

        var begun = await operations.SetDrainAsync(new() { Drain = true, GracePeriod = Duration.FromTimeSpan(TimeSpan.FromHours(1)) });
        var again = await operations.SetDrainAsync(new() { Drain = true, GracePeriod = Duration.FromTimeSpan(TimeSpan.Zero) });
        var flow = await running.ReadAsync(response => response.Flow is { Advice: FlowAdvice.Reconnect });
        var refused = await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Config = LiveCall.Config });
        var stats = await operations.GetStatsAsync(new());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ServingStatus.NotServing), await HealthAsync());
        var ended = await operations.SetDrainAsync(new());

        Assert.Equal((true, 1u), (begun.IsDraining, begun.SessionsActive));
        Assert.InRange(begun.DrainEnds.ToDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        Assert.Equal(begun, again);
        Assert.NotEmpty(flow.ResumeToken);
        Assert.Equal((StatusCode.Unavailable, "DRAINING"), (refused.Code, refused.Reason));
        Assert.Equal((true, false, "The server drains."), (stats.IsDraining, stats.IsReady, Assert.Single(stats.NotReadyReasons)));
        Assert.Equal(new SetDrainResponse { SessionsActive = 1 }, ended);
        Assert.Equal((HttpStatusCode.OK, ServingStatus.Serving), await HealthAsync());
        await running.ReadAsync(response => response.Flow is { Advice: FlowAdvice.Ok });
        await running.SendToAsync(4 * 32_000, 3_200);
        await running.CompleteAsync();

        async Task<(HttpStatusCode, ServingStatus)> HealthAsync()
        {
            var ready = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
            return (ready.StatusCode, (await new Health.HealthClient(server.Channel).CheckAsync(new())).Status);
        }
    }

    [Fact]
    public async Task SetDrain_NoGrace_EndsStreamsWithAToken()
    {
        await using var server = await TestServer.StartAsync(new ScriptedSource(new ScriptedModel()));
        using var running = new ResumingCaller(Clips.Interview(4), LiveCall.Config);
        await running.ConnectAsync(server.Client);

        await new OperationsClient(server.Channel).SetDrainAsync(new() { Drain = true, GracePeriod = new Duration() });

        var ended = await running.ReadAsync(response => response.Ended is not null);
        Assert.Equal(EndReason.Drain, ended.Ended.Reason);
        Assert.NotEmpty(ended.ResumeToken);
        Assert.Equal(StatusCode.Unavailable, (await running.FailAsync()).StatusCode);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(86_401)]
    public async Task SetDrain_GraceOutOfRange_IsRefused(int seconds)
    {
        await using var server = await TestServer.StartAsync(new ScriptedSource(new ScriptedModel()));
        var operations = new OperationsClient(server.Channel);

        var refused = await Assert.ThrowsAsync<RpcException>(() =>
            operations.SetDrainAsync(new() { Drain = true, GracePeriod = new Duration { Seconds = seconds } }).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.False((await operations.GetStatsAsync(new())).IsDraining);
    }

    [Fact]
    public async Task ListSessions_ThroughALife_SaysItsState()
    {
        await using var server = await TestServer.StartAsync();
        var operations = new OperationsClient(server.Channel);
        var config = LiveCall.Config;
        config.Recognition = new RecognitionOptions { ClientRequestId = "call 7" };
        using var caller = new ResumingCaller(Clips.Interview(6), config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(4 * 32_000, 3_200);
        await caller.ReadAsync(response => response.Result is not null);

        var listening = await OnlyAsync(SessionState.Listening);
        caller.Dispose();
        var detached = await OnlyAsync(SessionState.Detached);
        await caller.ConnectAsync(server.Client);
        var resumed = await OnlyAsync(SessionState.Listening);
        await caller.SendToAsync(6 * 32_000, 3_200);
        await caller.CompleteAsync();

        Assert.Equal((caller.SessionId, "call 7", ""), (listening.SessionId, listening.ClientRequestId, listening.Tenant));
        Assert.Matches(@"^ipv4:127\.0\.0\.1:\d+$", listening.Peer);
        Assert.Contains("demonstration", listening.Model, StringComparison.Ordinal);
        Assert.Equal((AudioEncoding.PcmS16Le, 16_000u, 1u), (listening.AudioFormat.Encoding, listening.AudioFormat.SampleRateHertz, listening.AudioFormat.Channels));
        Assert.InRange(TimeProvider.System.GetUtcNow() - listening.StartTime.ToDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Equal(listening.Lag.ToTimeSpan(), listening.Cursors.Received.ToTimeSpan() - listening.Cursors.Processed.ToTimeSpan());
        Assert.InRange(detached.Cursors.AckedSequence, 16_000u, 64_000u);
        Assert.Equal((0u, 0u, 1u), (listening.Resumes, detached.Resumes, resumed.Resumes));
        Assert.Equal(listening.StartTime, resumed.StartTime);
        Assert.Equal(listening.StartTime, detached.StartTime);
        Assert.Empty((await operations.ListSessionsAsync(new())).Sessions);

        async Task<SessionInfo> OnlyAsync(SessionState state)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (true) // the server hears of a cut a little later
            {
                var page = await operations.ListSessionsAsync(new(), cancellationToken: patience.Token);
                if (page.Sessions is [var only] && only.State == state) return only;
            }
        }
    }
}

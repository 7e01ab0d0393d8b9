using AsrService.Contracts.V1;
using AsrService.TestKit;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Server.Tests.Transcriber.Streaming;

/// <summary>Live calls that the service ends: limits, a stop, a fault.</summary>
[Trait("Category", "EndToEnd")]
public class CallEndTests
{
    private static readonly byte[] Speech = Clips.Interview(6);

    [Fact]
    public async Task Call_Idle_EndsAbortedAfterItsFinals()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Limits:MaxIdle=00:00:01");
        using var call = new LiveCall(server.Client);
        await call.SendAsync(LiveCall.Start);
        foreach (byte[] chunk in Speech.Chunk(32_000)) await call.SendAsync(LiveCall.Audio(chunk));

        var outcome = await call.EndAsync();

        Assert.Equal((StatusCode.Aborted, "IDLE", EndReason.Idle), (outcome.Code, outcome.Reason, outcome.Ended));
        outcome.AssertHasToken();
        Assert.NotEmpty(outcome.Finals);
    }

    [Fact]
    public async Task Call_BeyondTheSessionLimit_EndsOutOfRangeAfterItsFinals()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Limits:MaxSession=00:00:05");

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);

        Assert.Equal((StatusCode.OutOfRange, "SESSION_LIMIT", EndReason.SessionLimit), (outcome.Code, outcome.Reason, outcome.Ended));
        outcome.AssertHasToken();
        Assert.NotEmpty(outcome.Finals);
        Assert.Equal(TimeSpan.FromSeconds(5), outcome.Responses[^1].Ended.Totals.Audio.ToTimeSpan());
    }

    [Fact]
    public async Task Call_WithoutAPlace_IsRefusedWithQuotaAndRetry()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=1");
        using var first = new LiveCall(server.Client);
        await first.SendAsync(LiveCall.Start);
        await first.StartedAsync();

        var second = await LiveCall.RunAsync(server.Client, LiveCall.Start);
        await first.CompleteAsync();

        Assert.Equal((StatusCode.ResourceExhausted, "SERVER_FULL"), (second.Code, second.Reason));
        Assert.Equal("server", Assert.Single(second.Status.GetDetail<QuotaFailure>()!.Violations).Subject);
        Assert.NotNull(second.Status.GetDetail<RetryInfo>());
        Assert.Equal(StatusCode.OK, (await first.EndAsync()).Code);
        Assert.Equal(StatusCode.OK, (await LiveCall.RunAsync(server.Client, LiveCall.Start)).Code);
    }

    [Fact]
    public async Task Call_WhenTheServerStops_IsToldAndEndsUnavailable()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Drain:GracePeriod=00:00:00");
        using var call = new LiveCall(server.Client);
        await call.SendAsync(LiveCall.Start);
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
        outcome.AssertHasToken();
        string id = outcome.Status.GetDetail<ErrorInfo>()!.Metadata["error_id"];
        Assert.Contains(server.Errors.Lines, line => line.Contains(id, StringComparison.Ordinal));
        Assert.DoesNotContain("injected", outcome.Status.ToString(), StringComparison.Ordinal);
        Assert.Equal(StatusCode.OK, next.Code);
    }
}

using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client.Tests.Streaming;

/// <summary>What each way a call can end means to its stream.</summary>
[Trait("Category", "Unit")]
public class StatusTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, "DRAINING")]
    [InlineData(StatusCode.Unavailable, "LOADING")]
    [InlineData(StatusCode.Unavailable, "")]
    [InlineData(StatusCode.Aborted, "IDLE")]
    [InlineData(StatusCode.Aborted, "SLOW_READER")]
    [InlineData(StatusCode.OutOfRange, "SESSION_LIMIT")]
    [InlineData(StatusCode.Internal, "ENGINE_FAULT")]
    [InlineData(StatusCode.Internal, "")]
    [InlineData(StatusCode.Unknown, "")]
    [InlineData(StatusCode.Cancelled, "")]
    [InlineData(StatusCode.ResourceExhausted, "SERVER_FULL")]
    public async Task Stream_EndedByWhatCanBeMended_Resumes(StatusCode code, string reason)
    {
        V1.Resume? resume = null;
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                await call.FlowAsync("two", TimeSpan.Zero);
                throw call.Failure(code, reason);
            },
            async call =>
            {
                resume = (await call.GreetAsync("three", resendFrom: 0)).Resume;
                await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick);

        var heard = await Heard.OfAsync(client, new byte[3_200]);

        Assert.Equal(1, heard.Ended.Reconnects);
        Assert.Equal("two", resume!.ResumeToken.ToStringUtf8());
        Assert.Equal("session", resume.SessionId);
        var told = Assert.Single(heard.Events.OfType<ReconnectingEvent>());
        Assert.Equal(((AsrStatus)code, reason, 1), (told.Failure.Status, told.Failure.Reason, told.Attempt));
    }

    [Theory]
    [InlineData(StatusCode.Aborted, "SUPERSEDED")]
    [InlineData(StatusCode.InvalidArgument, "BAD_VALUE")]
    [InlineData(StatusCode.NotFound, "MODEL_UNKNOWN")]
    [InlineData(StatusCode.FailedPrecondition, "CONFIG_MISMATCH")]
    [InlineData(StatusCode.OutOfRange, "SEQUENCE_GAP")]
    [InlineData(StatusCode.Unauthenticated, "CREDENTIALS")]
    [InlineData(StatusCode.PermissionDenied, "FORBIDDEN")]
    [InlineData(StatusCode.Unimplemented, "")]
    [InlineData(StatusCode.Internal, "MESSAGE_MALFORMED", "asr.rpc")]
    [InlineData(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "asr.rpc")]
    public async Task Stream_EndedByWhatCannot_FailsAtOnce(StatusCode code, string reason, string domain = "asr.v1")
    {
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            await call.FlowAsync("two");
            throw call.Failure(code, reason, domain, ("error_id", "e1"));
        });
        await using var client = new AsrClient(service.Address, Callers.Quick);

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => Heard.OfAsync(client, new byte[3_200]));

        Assert.Equal(((AsrStatus)code, reason, service.Address), (failure.Status, failure.Reason, failure.Address));
        Assert.Equal("e1", failure.ErrorId);
        Assert.Equal(1, service.Calls);
    }

    [Fact]
    public async Task Stream_SupersededAndThenReset_DoesNotFightBack()
    {
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            await call.WriteAsync(new() { Ended = new() { Reason = V1.EndReason.Superseded } });
            throw call.Failure(StatusCode.Internal, "");
        });
        await using var client = new AsrClient(service.Address, Callers.Quick);

        await Assert.ThrowsAsync<AsrServiceException>(() => Heard.OfAsync(client, new byte[3_200]));

        Assert.Equal(1, service.Calls);
    }

    [Fact]
    public async Task Stream_MeetingTheSameFaultTwice_Fails()
    {
        await using var service = await ScriptedService.StartAsync(Fault, Fault, Fault);
        await using var client = new AsrClient(service.Address, Callers.Quick);

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => Heard.OfAsync(client, new byte[3_200]));

        Assert.Equal("ENGINE_FAULT", failure.Reason);
        Assert.Equal(2, service.Calls);

        static async Task Fault(ScriptedCall call)
        {
            await call.GreetAsync("one", resendFrom: 0);
            await call.FlowAsync();
            throw call.Failure(StatusCode.Internal, "ENGINE_FAULT");
        }
    }

    [Fact]
    public async Task Stream_ThatShallNotReconnect_FailsWithTheFirstBreak()
    {
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            throw call.Failure(StatusCode.Unavailable, "DRAINING");
        });
        await using var client = new AsrClient(service.Address, new() { Reconnect = new() { IsEnabled = false } });

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => Heard.OfAsync(client, new byte[3_200]));

        Assert.Equal((AsrStatus.Unavailable, "DRAINING"), (failure.Status, failure.Reason));
        Assert.Equal(1, service.Calls);
    }

    [Fact]
    public async Task Stream_FailureWithAFresherToken_ResumesWithThat()
    {
        V1.Resume? resume = null;
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                string fresh = Convert.ToBase64String("fresh"u8);
                throw call.Failure(StatusCode.Aborted, "IDLE", "asr.v1", ("resume_token", fresh));
            },
            async call =>
            {
                resume = (await call.GreetAsync("two", resendFrom: 0)).Resume;
                await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick);

        await Heard.OfAsync(client, new byte[3_200]);

        Assert.Equal("fresh", resume!.ResumeToken.ToStringUtf8());
    }

    [Fact]
    public async Task Stream_WithoutAnotherConnection_GivesUpAfterItsTime()
    {
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            await call.FlowAsync();
            throw call.Failure(StatusCode.Unavailable, "");
        });
        using var relay = new CuttingRelay(new Uri(service.Address));
        var reconnect = Callers.Quick.Reconnect with { GiveUpAfter = TimeSpan.FromMilliseconds(200) };
        await using var client = new AsrClient(relay.Address, Callers.Quick with { Reconnect = reconnect });
        await using var stream = await client.StreamAsync();
        relay.IsDown = true;
        relay.Cut();

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => Heard.OfAsync(stream.Events));

        Assert.Equal(AsrStatus.Unavailable, failure.Status);
        Assert.StartsWith("No connection that works for 00:00:00.2000000; the last attempt: ", failure.Message, StringComparison.Ordinal);
        Assert.Same(failure, await Assert.ThrowsAsync<AsrServiceException>(() => stream.WriteAsync(new byte[2])));
    }

    [Fact]
    public async Task Stream_WhoseCallsBreakBeforeTheyComeOn_GivesUpAfterItsTime()
    {
        await using var service = await ScriptedService.StartAsync(Enumerable.Repeat(BreakAsync, 100_000));
        var reconnect = Callers.Quick.Reconnect with { GiveUpAfter = TimeSpan.FromMilliseconds(500), MaxDelay = TimeSpan.FromMilliseconds(2) };
        await using var client = new AsrClient(service.Address, new() { Reconnect = reconnect });

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => Heard.OfAsync(client, new byte[3_200]));

        Assert.StartsWith("No connection that works for ", failure.Message, StringComparison.Ordinal);
        Assert.True(service.Calls > 1);

        static async Task BreakAsync(ScriptedCall call)
        {
            await call.GreetAsync("one", resendFrom: 0);
            await call.FlowAsync("two");
            throw call.Failure(StatusCode.Unavailable, "");
        }
    }

    [Fact]
    public async Task Start_WhereTheFirstAddressRefuses_TakesTheNext()
    {
        await using var full = await ScriptedService.StartAsync(call => throw call.Failure(StatusCode.ResourceExhausted, "SERVER_FULL"));
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            await call.EndAsync();
        });
        await using var client = new AsrClient([full.Address, service.Address]);

        var heard = await Heard.OfAsync(client, new byte[3_200]);

        Assert.Equal(service.Address, heard.Events.OfType<StartedEvent>().Single().Address);
        Assert.Equal(1, full.Calls);
    }

    [Fact]
    public async Task Start_WhereNobodyListens_Fails()
    {
        using var relay = new CuttingRelay(new Uri("http://127.0.0.1:1")) { IsDown = true };
        await using var client = new AsrClient([relay.Address, relay.Address]);

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => client.StreamAsync());

        Assert.Equal(AsrStatus.Unavailable, failure.Status);
        Assert.True(relay.Connections >= 2);
    }
}

using System.Runtime.InteropServices;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using TranscriberClient = AsrService.Contracts.V1.Transcriber.TranscriberClient;

namespace AsrService.Server.Tests.Transcriber.Streaming;

/// <summary>Callers of live calls who leave, do not read, or are lost: their places come free.</summary>
[Trait("Category", "EndToEnd")]
public class LostCallerTests
{
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
            await call.SendAsync(LiveCall.Start);
            await call.StartedAsync();
            if (i % 2 == 0) await cancellation.CancelAsync();
            var outcome = await call.EndAsync();
            Assert.Equal(i % 2 == 0 ? StatusCode.Cancelled : StatusCode.DeadlineExceeded, outcome.Code);
            await ChannelsAsync(server, 0);
        }

        Assert.Empty(server.Errors.Lines);
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
        await call.SendAsync(LiveCall.Start);
        await ChannelsAsync(server, 1);
        var sending = SendAsync();
        await ChannelsAsync(server, 0);
        reads.SetResult();
        var outcome = await call.EndAsync();
        await sending;

        Assert.Equal((StatusCode.Aborted, "SLOW_READER"), (outcome.Code, outcome.Reason));
        outcome.AssertHasToken();
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

    /// <summary>Nothing but the ping can tell: the idle limit is an hour, and no packet comes through.</summary>
    [Fact]
    public async Task Call_WhoseNetworkIsLost_FreesItsPlaceAndHarmsNobody()
    {
        byte[] speech = Clips.Interview(6);
        await using var server = await TestServer.StartAsync(
            null, PingSoon, "Asr:Engine:MaxChannels=2", "Asr:Limits:MaxIdle=01:00:00");
        var alone = await LiveCall.RunAsync(server.Client, LiveCall.Config, speech);
        await using var relay = new TcpRelay(server.Addresses.Grpc.Port);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{relay.Port}");
        using var lost = new LiveCall(new TranscriberClient(channel));
        using var beside = new LiveCall(server.Client);
        foreach (var call in new[] { lost, beside })
        {
            await call.SendAsync(LiveCall.Start);
            await call.SendAsync(LiveCall.Audio(speech.AsSpan(0, 32_000)));
            await call.StartedAsync();
        }

        await relay.LoseAsync();
        await ChannelsAsync(server, 1);
        var next = await LiveCall.RunAsync(server.Client, LiveCall.Config, speech);
        foreach (byte[] chunk in speech[32_000..].Chunk(32_000)) await beside.SendAsync(LiveCall.Audio(chunk));
        await beside.CompleteAsync();
        var undisturbed = await beside.EndAsync();

        Assert.Equal((StatusCode.OK, StatusCode.OK), (next.Code, undisturbed.Code));
        Assert.Equal(alone.Words, next.Words);
        Assert.Equal(alone.Words, undisturbed.Words);
        Assert.Empty(server.Errors.Lines);

        static void PingSoon(IServiceCollection services) => services.PostConfigure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(1); // Kestrel takes no less
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
        });
    }

    private static async Task ChannelsAsync(TestServer server, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (server.Engine.Health.Channels != count) await looks.WaitForNextTickAsync(patience.Token);
    }
}

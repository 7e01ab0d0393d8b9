using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Service;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests;

[Trait("Category", "EndToEnd")]
public class RudeClientTests(SmallService service) : IClassFixture<SmallService>
{
    public static TheoryData<Runtime> Runtimes => [Runtime.GrpcJs, Runtime.Grpcio];

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_Deadline_EndsItAndFreesItsPlace(Runtime runtime)
    {
        var clip = service.Clips.Short;
        await Beside.RunPacedAsync(service, runtime, async () =>
        {
            var script = new CallScript(CallScript.Transcriber, "StreamingTranscribe") { Deadline = TimeSpan.FromSeconds(1) }
                .Send(new StreamingTranscribeRequest { Config = clip.Config() }).Audio(clip, to: 2);

            var outcome = await service.RunAsync(runtime, script);

            Assert.Equal(StatusCode.DeadlineExceeded, outcome.Code);
        });
        await AssertAllPlacesAreFreeAsync(runtime);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_Cancelled_FreesItsPlace(Runtime runtime)
    {
        var clip = service.Clips.Short;
        await Beside.RunAsync(service, runtime, async () =>
        {
            var outcome = await service.RunAsync(
                runtime, CallScript.Live(clip.Config()).Audio(clip, to: 2).Await("speech").Cancel());

            Assert.Equal(StatusCode.Cancelled, outcome.Code);
        });
        await AssertAllPlacesAreFreeAsync(runtime);
    }

    /// <summary>grpc-js tells nobody of a cancel that comes before its stream is established.</summary>
    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_CancelledAtOnce_FreesItsPlaceWithTheIdleLimit(Runtime runtime)
    {
        var outcome = await service.RunAsync(runtime, CallScript.Live(service.Clips.Short.Config()).Cancel());

        Assert.Equal(StatusCode.Cancelled, outcome.Code);
        // One that falls silent later ends later.
        await AssertEndsIdleAsync(service.StartAsync(runtime, CallScript.Live(service.Clips.Short.Config())));
        await AssertAllPlacesAreFreeAsync(runtime);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_ClientKilled_FreesItsPlaces(Runtime runtime)
    {
        var clip = service.Clips.Short;
        await Beside.RunAsync(service, runtime, async () =>
        {
            await using var other = new ForeignClient(runtime);
            for (int i = 1; i < SmallService.Channels; i++)
            {
                var call = await other.StartAsync(
                    service.Process.Grpc, CallScript.Live(clip.Config()).Audio(clip, to: 2).Await("speech").Hold("speaking"));
                await call.ReachedAsync("speaking");
            }

            await other.KillAsync();
        });
        await AssertAllPlacesAreFreeAsync(runtime);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_ClientStopsReadingAndWriting_EndsIdle(Runtime runtime)
    {
        var clip = service.Clips.Short;
        await using var other = new ForeignClient(runtime);
        var stopped = await other.StartAsync(
            service.Process.Grpc, CallScript.Live(clip.Config()).Audio(clip, to: 2).Await("speech").Hold("speaking"));
        await stopped.ReachedAsync("speaking");

        await other.SignalAsync("STOP");
        try
        {
            // One that falls silent later ends later.
            await Beside.RunPacedAsync(service, runtime, () => AssertEndsIdleAsync(service.StartAsync(runtime, CallScript.Live(clip.Config()))));
            await AssertAllPlacesAreFreeAsync(runtime);
        }
        finally
        {
            await other.SignalAsync("CONT");
        }

        await AssertEndsIdleAsync(Task.FromResult(stopped));
    }

    /// <summary>What lies between us holds the results of some seconds; <see cref="SlowReaderTests"/> has those of more.</summary>
    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_ReadsWhenAllIsSent_GetsAllOfIt(Runtime runtime)
    {
        var clip = service.Clips.Cut("interview-en", 0, SmallService.SessionSeconds);
        var script = CallScript.Live().Pause().Send(new StreamingTranscribeRequest { Config = clip.Config() })
            .Audio(clip).End().Hold("sent").Resume();
        await using var other = new ForeignClient(runtime);
        var call = await other.StartAsync(service.Process.Grpc, script);
        await call.ReachedAsync("sent");

        await Beside.RunPacedAsync(
            service, runtime, () => AssertEndsIdleAsync(service.StartAsync(runtime, CallScript.Live(clip.Config()))));
        await call.ReleaseAsync("sent");

        var outcome = await call.EndAsync();
        Assert.True(outcome.Code == StatusCode.OK, $"{outcome}");
        Assert.Equal(await service.Reference.OfAsync(clip), Heard.Of(outcome.Finals));
        await AssertAllPlacesAreFreeAsync(runtime);
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_NoMessage_EndsIdle(Runtime runtime) => await Beside.RunPacedAsync(
        service, runtime, () => AssertEndsIdleAsync(service.StartAsync(runtime, CallScript.Live(service.Clips.Short.Config()))));

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_SessionLimit_EndsBehindItsFinals(Runtime runtime)
    {
        var (clip, heard) = (service.Clips.Sample("interview-en"), service.Clips.Cut("interview-en", 0, SmallService.SessionSeconds));
        var expected = await service.Reference.OfAsync(heard);

        await Beside.RunAsync(service, runtime, async () =>
        {
            var outcome = await service.RunAsync(runtime, clip.Script());

            Assert.Equal((StatusCode.OutOfRange, "SESSION_LIMIT"), (outcome.Code, outcome.Reason));
            Assert.Equal(EndReason.SessionLimit, outcome.Ended?.Reason);
            Assert.Equal(expected, Heard.Of(outcome.Finals));
            Assert.Equal(SmallService.SessionSeconds, outcome.Ended!.Totals.Audio.ToTimeSpan().TotalSeconds);
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task StreamingTranscribe_OneTooMany_IsToldToRetry(Runtime runtime)
    {
        var clip = service.Clips.Short;
        await AssertAllPlacesAreFreeAsync(runtime);
        var calls = await OpenAllAsync(runtime, CallScript.Live(clip.Config()).Await("started").Hold("all").Audio(clip).End());

        var refused = await service.RunAsync(runtime, clip.Script());

        Capacity.AssertIsFull(refused);
        var expected = await service.Reference.OfAsync(clip);
        foreach (var call in calls) await call.ReleaseAsync("all");
        foreach (var call in calls) Assert.Equal(expected, Heard.Of((await call.EndAsync()).Finals));
    }

    private static async Task AssertEndsIdleAsync(Task<ForeignCall> call)
    {
        var outcome = await (await call).EndAsync();
        Assert.Equal((StatusCode.Aborted, "IDLE"), (outcome.Code, outcome.Reason));
        Assert.Equal(EndReason.Idle, outcome.Ended?.Reason);
    }

    private async Task<ForeignCall[]> OpenAllAsync(Runtime runtime, CallScript script)
    {
        var calls = new ForeignCall[SmallService.Channels];
        for (int i = 0; i < calls.Length; i++) calls[i] = await service.StartAsync(runtime, script);
        foreach (var call in calls) await call.ReachedAsync("all");
        return calls;
    }

    /// <summary>Every place can be had, as soon as the service has noticed who left.</summary>
    private Task AssertAllPlacesAreFreeAsync(Runtime runtime) => Capacity.AssertComesFreeAsync(service, runtime, SmallService.Channels);
}

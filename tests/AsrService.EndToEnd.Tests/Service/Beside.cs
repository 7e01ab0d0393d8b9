using AsrService.EndToEnd.Tests.Clients;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests.Service;

/// <summary>An innocent stream on the connection of another one: whatever happens to that, it hears the same.</summary>
internal static class Beside
{
    private static readonly TimeSpan SpeakingPace = TimeSpan.FromMilliseconds(100);

    /// <summary>Does something while the stream is half way through.</summary>
    public static async Task RunAsync(ServiceFixture service, Runtime runtime, Func<Task> act)
    {
        var clip = service.Clips.Short;
        var script = CallScript.Live(clip.Config())
            .Audio(clip, to: 2).Await("speech").Hold("half").Audio(clip, from: 2).End();
        var call = await service.StartAsync(runtime, script);
        await call.ReachedAsync("half");

        await act();

        await call.ReleaseAsync("half");
        await AssertUnharmedAsync(service, await call.EndAsync());
    }

    /// <summary>Does something that takes seconds while the stream speaks.</summary>
    public static async Task RunPacedAsync(ServiceFixture service, Runtime runtime, Func<Task> act)
    {
        var clip = service.Clips.Short;
        var call = await service.StartAsync(
            runtime, CallScript.Live(clip.Config()).Audio(clip, interval: SpeakingPace).End());

        await act();

        await AssertUnharmedAsync(service, await call.EndAsync());
    }

    private static async Task AssertUnharmedAsync(ServiceFixture service, CallOutcome outcome)
    {
        Assert.True(outcome.Code == StatusCode.OK, $"{outcome}");
        Assert.Equal(await service.Reference.OfAsync(service.Clips.Short), Heard.Of(outcome.Finals));
        SessionRules.AssertKept(outcome);
    }
}

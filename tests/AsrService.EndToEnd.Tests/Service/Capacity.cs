using AsrService.EndToEnd.Tests.Clients;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests.Service;

/// <summary>How many streams the service has room for.</summary>
internal static class Capacity
{
    private const int ChannelsOfAStream = 8;

    /// <summary>All places can be had together, at the latest when the patience ends: who left is noticed a little later.</summary>
    public static async Task AssertComesFreeAsync(ServiceFixture service, Runtime runtime, int channels)
    {
        using var patience = new CancellationTokenSource(ForeignClient.Patience);
        while (!await TryTakeAsync(service, runtime, channels)) patience.Token.ThrowIfCancellationRequested();
    }

    private static async Task<bool> TryTakeAsync(ServiceFixture service, Runtime runtime, int channels)
    {
        var calls = new List<ForeignCall>();
        for (int left = channels; left > 0; left -= ChannelsOfAStream)
        {
            var config = service.Clips.Short.Config();
            config.AudioFormat.Channels = (uint)Math.Min(left, ChannelsOfAStream);
            calls.Add(await service.StartAsync(runtime, CallScript.Live(config).Await("started").Hold("taken").End()));
        }

        bool[] taken = await Task.WhenAll(calls.Select(call => call.TryReachAsync("taken")));
        for (int i = 0; i < taken.Length; i++)
        {
            if (taken[i]) await calls[i].ReleaseAsync("taken");
            var outcome = await calls[i].EndAsync();
            Assert.Equal(taken[i] ? StatusCode.OK : StatusCode.ResourceExhausted, outcome.Code);
        }

        return taken.All(one => one);
    }

    /// <summary>A call was refused because there is no free place.</summary>
    public static void AssertIsFull(CallOutcome outcome)
    {
        Assert.Equal((StatusCode.ResourceExhausted, "SERVER_FULL"), (outcome.Code, outcome.Reason));
        Assert.Equal(TimeSpan.FromSeconds(1), outcome.Detail<RetryInfo>()!.RetryDelay.ToTimeSpan());
        Assert.Equal("server", Assert.Single(outcome.Detail<QuotaFailure>()!.Violations).Subject);
        Assert.Empty(outcome.Live);
    }
}

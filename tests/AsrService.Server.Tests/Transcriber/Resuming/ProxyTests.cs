using System.Security.Cryptography;
using AsrService.Hosting;
using Grpc.Core;
using Grpc.Net.Client;
using TranscriberClient = AsrService.Contracts.V1.Transcriber.TranscriberClient;

namespace AsrService.Server.Tests.Transcriber.Resuming;

/// <summary>Two real processes behind a proxy, one of which dies without a word; callers know the proxy alone.</summary>
[Trait("Category", "EndToEnd")]
public class ProxyTests
{
    private const int Callers = 6, Attempts = 20;

    private static readonly string Key = "--Asr:Resume:Key=" + Convert.ToBase64String(SHA256.HashData("one"u8));

    private static readonly byte[] Speech = Clips.Interview(12);

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Kill_OfOneInstanceBehind_CallersGoOnWithTheOther(string program)
    {
        using var victim = new ServerProcess([.. ServerProcess.FreePorts, Key]);
        using var survivor = new ServerProcess([.. ServerProcess.FreePorts, Key]);
        var addresses = new[] { await victim.AddressesAsync(), await survivor.AddressesAsync() };
        using var proxy = new ProxyProcess(program, addresses);
        await proxy.ListeningAsync();
        using var channel = GrpcChannel.ForAddress(proxy.Address);
        var client = new TranscriberClient(channel);
        var whole = await LiveCall.RunAsync(client, LiveCall.Config, Speech);
        Assert.Equal(Contracts.V1.EndReason.AudioCompleted, whole.Ended);
        var callers = Enumerable.Range(0, Callers).Select(_ => new ResumingCaller(Speech, LiveCall.Config)).ToList();
        for (int i = 0; i < Callers; i++)
        {
            await callers[i].ConnectAsync(client);
            await callers[i].SendToAsync(Speech.Length / (i + 2) / 2 * 2, 3_200);
        }

        int carried = await CallsAsync(addresses[0]);
        await victim.SignalAsync("KILL");
        int[] cuts = await Task.WhenAll(callers.Select(caller => FinishAsync(caller, client)));

        Assert.InRange(carried, 1, Callers - 1); // both instances had some
        Assert.Equal(carried, cuts.Count(count => count > 0)); // and none of the others noticed
        Assert.All(callers, caller => Assert.Equal(whole.Words, caller.Words));
        callers.ForEach(caller => caller.Dispose());
        Assert.Equal(0, (await survivor.SignalAsync("TERM")).Code);
    }

    /// <summary>Sends and reads the rest, as often as it takes.</summary>
    /// <returns>How often the call was cut.</returns>
    private static async Task<int> FinishAsync(ResumingCaller caller, TranscriberClient client)
    {
        for (int cuts = 0; ; cuts++)
        {
            try
            {
                if (cuts > 0) Assert.True((await caller.ConnectAsync(client)).Resumed);
                await caller.SendToAsync(Speech.Length, 6_400);
                await caller.CompleteAsync();
                return cuts;
            }
            catch (Exception cut) when (cuts < Attempts && cut is RpcException or InvalidOperationException)
            {
                // Its instance died, or the proxy has not noticed yet.
            }
        }
    }

    private static async Task<int> CallsAsync(ServerAddresses instance)
    {
        using var http = new HttpClient { BaseAddress = instance.Http };
        string metrics = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        string line = metrics.Split('\n').Single(line => line.StartsWith("asr_channels_active{", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
